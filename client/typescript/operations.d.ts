// Written from the OpenAPI document by entente/api/typescript; do not edit.

import type { Options, Pages, Replacing, Writing } from "./entente.js";

export interface AddHookInputBody {
  /**
   * Only events of these types: entente.term.breach_notified.v1, or entente.term.* for all of an article.
   *
   * At most 50.
   */
  types?: Array<string>;
  /**
   * Where to send: https, without user name or fragment.
   *
   * At least 1 characters; at most 2000 characters.
   */
  url: string;
}

export interface AgreementBody {
  /** Every notice of a material breach, cured or not. */
  breaches: Array<Breach>;
  /** Notices of material change. */
  changes: Array<Change>;
  /** Clause 1.2. */
  components: Array<Component>;
  /** Absent until the end is certain. */
  ending?: Ending;
  /** In the ledger. */
  entries: number;
  /** Its id, which never changes. */
  id: string;
  /** The number that stands on the agreement's front page. */
  number: string;
  parties: Parties;
  /** The digest of what the gateway decides by. */
  policy: string;
  /** Whether clause 2.2 has opened production. */
  production_open: boolean;
  /** Why nothing can be written, if nothing can. */
  read_only?: string;
  /** Where the agreement stands in its life. */
  stage: string;
  /** Those in effect. */
  suspensions: Array<Suspension>;
  /** The zone in which the agreement's days begin and end. */
  time_zone: string;
  /** Absent if none ever was. */
  version_in_force?: number;
  /** Every version that was put before the parties, the first first. */
  versions: Array<Version>;
}

export interface AgreementLine {
  /** Its id, which never changes. */
  id: string;
  /** The partnership's own number; empty before anything is proposed. */
  number: string;
  /** Where the agreement stands in its life. */
  stage: string;
}

export interface AmendedTerm {
  /** The number of the clause under which it stands. */
  clause: string;
  /** What it says in this version. */
  is: string;
  /** As in the file: commerce.payment.net_days */
  term: string;
  /** What the term said before. */
  was: string;
}

export interface AnswerInputBody {
  /** Whether your party accepts them; else it rejects them. */
  accept: boolean;
  /**
   * By number: 6.1, C for a schedule, front for the front page.
   *
   * At least 1; at most 100.
   */
  clauses: Array<string>;
  /**
   * Needed to reject. The other party reads it.
   *
   * At most 1000 characters.
   */
  reason?: string;
  /**
   * The version that you have read; it must be the one proposed last.
   *
   * At least 1.
   */
  version: number;
}

export interface AskInputBody {
  /**
   * The manifest of the version that you have read and want to sign, sha256:….
   *
   * At most 100 characters.
   */
  manifest: string;
}

export interface AssignInputBody {
  /**
   * The address or digest of what shows that the assignee accepts all terms in writing.
   *
   * At least 1 characters; at most 1000 characters.
   */
  evidence: string;
  /**
   * From the beginning of this day, or from the record or the consent if that is later. Where no consent is needed it may have passed: the entry is then the notice of clause 13.3.
   *
   * A day: 2026-12-01.
   */
  on: string;
  /**
   * Who of your party acts for the assignee from then on, by their ids in clause 7.1; a signatory is among them.
   *
   * At least 1; at most 100.
   */
  people: Array<string>;
  to: Assignee;
}

export interface Assignee {
  /**
   * The registered address.
   *
   * At least 1 characters; at most 500 characters.
   */
  address: string;
  /** Whether it competes with the other party. */
  competitor?: boolean;
  /** What it is to your party. */
  kind: "affiliate" | "acquirer" | "other";
  /**
   * The full legal name.
   *
   * At least 1 characters; at most 200 characters.
   */
  name: string;
  /**
   * Its number in the company register.
   *
   * At most 200 characters.
   */
  registration?: string;
}

export interface Assignment {
  /** The person's pseudonym. */
  by: string;
  /** Whether the other party has to consent (clause 13.3). */
  consent_needed: boolean;
  /**
   * When the other party consented; absent before.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  consented?: string;
  /** What shows the transfer. */
  evidence: string;
  /** Its id, which never changes. */
  id: string;
  /**
   * Where no consent was needed and the entry, which is the notice, came later than clause 13.3 allows: the last day on which it was due.
   *
   * A day: 2026-12-01.
   */
  notice_was_due?: string;
  /**
   * The day on which it is to take effect.
   *
   * A day: 2026-12-01.
   */
  on: string;
  /** Who passes the agreement on. */
  party: "a" | "b";
  /** Who acts for the assignee from then on, by pseudonym. */
  people: Array<string>;
  /** Of the refusal. */
  reason?: string;
  /**
   * When the other party refused; absent unless it did.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  refused?: string;
  /**
   * When it was put on record.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  requested: string;
  /**
   * Absent while it does not.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  takes_effect?: string;
  to: Assignee;
  /**
   * Before it took effect; absent if it was not.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  withdrawn?: string;
}

export interface Beginning {
  /** Whose link it is. */
  address: string;
  /**
   * When the link opens nothing any more.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  expires: string;
  /** Of the link. */
  id: string;
  /** The secret: the last part of the console's address /enter/… */
  link: string;
}

export interface BeginningInputBody {
  /**
   * Their e-mail address.
   *
   * At least 3 characters; at most 254 characters.
   */
  address: string;
}

export interface Breach {
  /** The party that is to have broken the agreement. */
  accused: "a" | "b";
  /**
   * The time to cure it ends then.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  cure_by: string;
  /**
   * When it was said to be cured; absent before.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  cured?: string;
  /** Its id, which never changes. */
  id: string;
  /**
   * When notice was given.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  notified: string;
  /** What it is about, in words. */
  what: string;
}

export interface BreachInputBody {
  /**
   * What the breach is. The other party reads it.
   *
   * At least 1 characters; at most 4000 characters.
   */
  what: string;
}

export interface CalendarInputBody {
  /**
   * What the address is for.
   *
   * At most 200 characters.
   */
  label?: string;
}

export interface Care {
  /** The number of the clause under which it stands. */
  clause: string;
  /** What is late, in a sentence. */
  fact: string;
}

export interface Certificate {
  /**
   * When it happened.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  at?: string;
  /** Who showed it, by pseudonym. */
  by?: string;
  /**
   * When production closes for the party's components; absent if it does not.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  closes?: string;
  /** Absent while only Schedule B speaks of it. */
  evidence?: string;
  /** The certification in clause B.4. */
  name: string;
  /** Who holds it. */
  party: "a" | "b";
  /** Whether Schedule B requires it. */
  required: boolean;
  /** What it covers. */
  scope?: string;
  /**
   * The last day; absent if nobody has said.
   *
   * A day: 2026-12-01.
   */
  valid_until?: string;
}

export interface CertificateInputBody {
  /**
   * The address, or the digest of a file.
   *
   * At least 1 characters; at most 500 characters.
   */
  evidence: string;
  /**
   * The certification in clause B.4.
   *
   * At least 1 characters; at most 200 characters.
   */
  name: string;
  /**
   * What it covers.
   *
   * At most 500 characters.
   */
  scope?: string;
  /**
   * The last day of the certificate.
   *
   * A day: 2026-12-01.
   */
  valid_until: string;
}

export interface Change {
  /** Closed because the parties agreed; else because the agreement was terminated for it. */
  agreed: boolean;
  /**
   * Absent while it is open.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  closed?: string;
  /** Its id, which never changes. */
  id: string;
  /** Of which kind it is. */
  kind?: "control" | "law" | "technology" | "business";
  /**
   * When notice was given.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  notified: string;
  /** Who gave notice. */
  party: "a" | "b";
  /**
   * The parties negotiate until then.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  until: string;
  /** What it is about, in words. */
  what: string;
}

export interface ChangeInputBody {
  /** Needed where clause 12.2 lists the changes that are material. */
  kind?: "control" | "law" | "technology" | "business";
  /**
   * What has changed. The other party reads it.
   *
   * At least 1 characters; at most 4000 characters.
   */
  what: string;
}

export interface ChangedTerm {
  /** The number of the clause under which it stands. */
  clause: string;
  /** What it says in this version. */
  is: string;
  /** As in the file: commerce.payment.net_days */
  term: string;
  /** What the term says in base. */
  was: string;
}

export interface Chapter {
  /** False if another version came first, so that this one never applied. */
  applies: boolean;
  /** That say something else than before; none in the first version. */
  clauses: Array<string>;
  /**
   * When it takes effect.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  from: string;
  /** The digest that the parties sign. */
  manifest: string;
  /**
   * When it was put before the parties.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  proposed: string;
  /** host: whoever brought the file to the node’s operator. */
  proposed_by?: "a" | "b" | "host";
  /** Who has signed it. */
  signatures: Array<SignedVersion>;
  /** What it changes in the terms; none in the first version. */
  terms: Array<AmendedTerm>;
  /**
   * When another version takes its place; absent while none has been signed.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  until?: string;
  /** The number of the version, from 1. */
  version: number;
}

export interface Choices {
  /** What wants an answer of your party. */
  asks: "at_once" | "daily" | "off";
  /** Deadlines: 14, 7 and 1 days before, on the last day, and when they are late. */
  dues: "at_once" | "daily" | "off";
  /**
   * At which the letter of the day is written, in the agreement's time zone.
   *
   * At least 0; at most 23.
   */
  hour: number;
  /** What has happened. */
  news: "at_once" | "daily" | "off";
}

export interface Client {
  /**
   * What the tokens say in client_id.
   *
   * At least 1 characters; at most 200 characters.
   */
  client_id: string;
  /**
   * What the tokens say in iss.
   *
   * At least 1 characters; at most 500 characters.
   */
  issuer: string;
  /** The issuer's public keys as a JSON Web Key Set (RFC 7517): Ed25519, P-256 or RSA. Name the next one beside the present one, and both are accepted. */
  jwks?: unknown;
  /**
   * In place of jwks: where the issuer publishes its keys, by https. They are read when a token needs them, and again when it names a key that is new.
   *
   * At most 2000 characters.
   */
  jwks_uri?: string;
}

export interface CloseInputBody {
  /**
   * Why. The other party reads it. Needed to decline.
   *
   * At most 1000 characters.
   */
  reason?: string;
  /**
   * The version that you have read; it must be the one proposed last.
   *
   * At least 1.
   */
  version: number;
}

export interface Closing {
  /**
   * When it happened.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  at: string;
  /** The party that it is of, or that did it. */
  party: "a" | "b";
  /** Why, as whoever did it says. */
  reason?: string;
  /** By the party that proposed it; else the other one declined it. */
  withdrawn: boolean;
}

export interface CommentInputBody {
  /**
   * By number; needed unless it is a reply.
   *
   * At most 40 characters.
   */
  clause?: string;
  /**
   * What you say. The other party reads it.
   *
   * At least 1 characters; at most 1000 characters.
   */
  text: string;
  /**
   * The comment to which this is a reply: cmt_…
   *
   * At most 100 characters.
   */
  thread?: string;
}

export interface CompleteInputBody {
  /**
   * What shows that it is met.
   *
   * At least 1; at most 10.
   */
  evidence: Array<Proof>;
}

export interface Component {
  /** How callers may show who they are (Schedule B). */
  methods: Array<string>;
  /** What it is called. */
  name: string;
  /** The party that provides it. */
  provider: "a" | "b";
  /** What it is called, in a line. */
  title: string;
}

export interface Confirmation {
  /**
   * When it happened.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  at: string;
  /** Who confirmed it, by pseudonym. */
  by: string;
  /** What shows that it is met. */
  evidence: Array<Evidence>;
}

export interface Conflict {
  /** Of a first offer, how long its answer is waited for. */
  days?: number;
  /** An exception of the promise that names the other agreement or its partner. */
  exception?: string;
  /**
   * The first day of both.
   *
   * A day: 2026-12-01.
   */
  from: string;
  /** Components that both name. */
  named: Array<string>;
  /** The agreement in which your company has promised something. */
  promise: string;
  /** Whether both agreements are signed; else it can still be avoided. */
  signed: boolean;
  /** How far the promise goes: nobody else, or this partner first. */
  tier: "exclusive" | "preferred";
  /**
   * The last day; absent if there is none.
   *
   * A day: 2026-12-01.
   */
  until?: string;
  /** What is exclusive, or to be offered first. */
  what: string;
  /** The countries of both; none where one of them names none, so that it is everywhere. */
  where: Array<string>;
  /** The agreement that may break it. */
  with: string;
}

export type ConsentInputBody = Record<string, unknown>;

export interface Credential {
  /** read: it changes nothing. */
  access: "read" | "act";
  /**
   * When it was made.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  created: string;
  /**
   * When it ends by itself.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  expires: string;
  /** Names it in lists and logs. */
  id: string;
  /** Of which kind it is. */
  kind: "token" | "link" | "session" | "calendar" | "signer";
  /** What whoever made it calls it. */
  label?: string;
  /** The person's name, shown to themselves; the operator sees pseudonyms. */
  name?: string;
  /** The parts of the API that it is for; all, if there are none. */
  parts: Array<string>;
  /** The person's pseudonym in the ledger. */
  person: string;
  /**
   * When it was ended; absent while it was not.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  revoked?: string;
  /**
   * Of a session: when it was last used, to some minutes. It ends after 12 hours without use.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  seen?: string;
  /** Whether it is the one that this request shows. */
  shown: boolean;
  /** How it stands now. */
  state: "live" | "used" | "expired" | "revoked";
  /**
   * Of a link: when.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  used?: string;
}

export interface Credit {
  /** The credit in money; absent if there are no fees. */
  amount?: string;
  /** What was measured in the window. */
  availability: string;
  /** The component's id in the agreement. */
  component: string;
  /** The share of the fees, as far as the cap allows: 10%. */
  credit: string;
  /** The party to which it is owed. */
  creditor: "a" | "b";
  /** That the creditor owes for the component and window; absent if none are. */
  fees?: string;
  /**
   * When the window began.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  from: string;
  /** Whether it is to be deducted: it is not below the least credit, and was entered within the time in which it has to be claimed. */
  given: boolean;
  /**
   * Without it.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  to: string;
}

export type CureInputBody = Record<string, unknown>;

export interface Data {
  /** Who acted, by pseudonym. */
  actor: string;
  /** The agreement's id: agr_… */
  agreement: string;
  /** What happened; its members depend on the type. */
  body: unknown;
  /** The number of the clause under which it stands. */
  clause?: string;
  /** What the clause is called. */
  clause_title?: string;
  /** The party that it is of, or that did it. */
  party: "a" | "b" | "host";
  /** Of the entry in the ledger. */
  position: number;
  /** What happened, in a sentence. */
  says: string;
}

export interface Deadline {
  /**
   * When a clock began to run; absent where the agreement names a date.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  begun?: string;
  /** The number of the clause under which it stands. */
  clause: string;
  /**
   * The last day on which it can be done, in the agreement's zone.
   *
   * A day: 2026-12-01.
   */
  day: string;
  /**
   * The first instant after it.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  due: string;
  /** The same as long as there is such a thing: milestone/security-review. */
  id: string;
  /** Who has to act, or whom it concerns. */
  owes: "a" | "b" | "both";
  /** Of the people whose matter it is. */
  role: string;
  /** How it stands now. */
  state: "open" | "late" | "done";
  /** What it is about, in words. */
  what: string;
  /** Whether it is yours to keep by clause 7.1. */
  yours: boolean;
}

export interface DecideInputBody {
  /** The class of the data of a call: customer, aggregated or synthetic. */
  class?: "customer" | "aggregated" | "synthetic";
  /**
   * The component's id in the agreement.
   *
   * At least 1 characters; at most 100 characters.
   */
  component: string;
  /**
   * Whom the call serves, as Entente-Customer names them.
   *
   * At most 64 characters.
   */
  customer?: string;
  /** The environment under clause 2.1 that it is in. */
  environment?: "test" | "production";
  /**
   * The id of a key of the agreement; then environment and purpose need not be said, and another environment than the key’s is refused.
   *
   * At most 100 characters.
   */
  key?: string;
  /**
   * The most tokens that the request lets its answers have together; 0 if it would not say.
   *
   * At least 0; at most 1073741824.
   */
  max_tokens?: number;
  /**
   * The model that the call asks for.
   *
   * At most 200 characters.
   */
  model?: string;
  /**
   * As Schedule A names it: chat.completions, tools/call.
   *
   * At least 1 characters; at most 200 characters.
   */
  operation: string;
  /**
   * The prompt (MCP) that it asks for.
   *
   * At most 200 characters.
   */
  prompt?: string;
  /** What a call is for: service, improvement, analytics, training or competitive. */
  purpose?: "service" | "improvement" | "analytics" | "training" | "competitive";
  /**
   * How long the request is: limits hold a token for each byte.
   *
   * At least 0; at most 1073741824.
   */
  request_bytes?: number;
  /**
   * The resource (MCP) that it reads.
   *
   * At most 2000 characters.
   */
  resource?: string;
  /**
   * The tool (MCP) that it calls.
   *
   * At most 200 characters.
   */
  tool?: string;
}

export interface Decision {
  /** The clause that refuses. */
  clause?: string;
  /** What the clause says, shortened. */
  clause_text?: string;
  /** The kind of refusal. */
  code?: string;
  /** The most that limits would hold for the call; only of a call that is not made. */
  held?: Held;
  /** How each limit that counts the call stands; only of a call that is not made, and permitted by what is asked before the limits. */
  limits?: Array<LimitStanding>;
  /** Whether the call is permitted. */
  ok: boolean;
  /** The digest of the compiled policy. */
  policy: string;
  /** Whether that is the very policy that decided then. */
  replayed: boolean;
  /** What was asked, in order, up to the first no. */
  steps: Array<Step>;
  /** The agreement's version that decides. */
  version: number;
  /** Why, in words. */
  why?: string;
}

export interface DelegateInputBody {
  /**
   * Who is to sign for you, by their id in clause 7.1.
   *
   * At least 1 characters; at most 100 characters.
   */
  person: string;
  /**
   * Why. Both parties read it.
   *
   * At least 1 characters; at most 1000 characters.
   */
  reason: string;
  /**
   * From when it counts no more; at most a year from now.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  until: string;
}

export interface Delegation {
  /** The signatory’s pseudonym. */
  by: string;
  /** Whether it counts now. */
  counts: boolean;
  /**
   * When it was taken back.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  ended?: string;
  /**
   * When it was given.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  given: string;
  /** Its id, which never changes. */
  id: string;
  /** The party that it is of, or that did it. */
  party: "a" | "b";
  /** The same by the id in clause 7.1; absent once they were erased. */
  person?: string;
  /** Why, as whoever did it says. */
  reason: string;
  /** The same by the id in clause 7.1; absent once they were erased. */
  signatory?: string;
  /** The pseudonym of who may sign for them. */
  to: string;
  /**
   * From when it counts no more.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  until: string;
}

export interface Delivery {
  /** How often it was tried. */
  attempts: number;
  /**
   * When it is tried next; of one that has ended, when it did.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  due: string;
  /** Its id, which is the message's webhook-id. */
  event: string;
  /** What came of the last attempt: a status, or refused or unreachable. */
  said?: string;
  /** How it stands now. */
  state: "waiting" | "delivered" | "dead";
}

export interface Deviating {
  /** Another model answered than the one that Schedule A pins. */
  model_mismatch: number;
  /** The request has not the format of clause 2.3. */
  request_format: number;
  /** The answer has not the format of clause 2.3. */
  response_format: number;
  /** The answer has a status or media type that the provider does not document (clause 9.2). */
  undocumented_answer: number;
}

export interface Document {
  /** The SHA-256 of its bytes: sha256:… */
  digest: string;
  /** Of which kind its bytes are, as an Internet media type. */
  media_type: string;
  /** What it is called. */
  name: string;
}

export interface Dropped {
  /** Its id, which never changes. */
  id: string;
}

export interface Ended {
  /** Its id, which never changes. */
  id: string;
  /**
   * When it was ended; absent while it was not.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  revoked: string;
}

export interface EndedServiceAccount {
  /** Its id, which never changes. */
  id: string;
  /**
   * When it was ended; absent while it was not.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  revoked: string;
}

export interface Ending {
  /**
   * Existing customers until then (clause 12.4).
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  customers_end?: string;
  /**
   * Full use until then.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  ends: string;
  /** Why the agreement ends. */
  ground: "notice" | "material_breach" | "insolvency" | "material_change" | "expiry";
  /**
   * Absent where the term runs out.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  noticed?: string;
  /** Who ended it; absent where the term runs out. */
  party?: "a" | "b";
  /**
   * Transition until then (clause 12.3).
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  transition_ends: string;
}

export interface EntriesAnswerBody {
  /** Those of this page. */
  items: Array<Entry>;
  /** What to give as after for the next page, also of a page that a filter left empty; absent on the last. */
  next?: string;
  /** The number of entries. */
  size: number;
}

export interface Entry {
  /** Who acted, by pseudonym. */
  actor?: string;
  /** What happened; its members depend on the type. */
  body?: unknown;
  /** The clause under which it happened; absent for what concerns the ledger itself. */
  clause?: string;
  /** Who held the signing key: node, person or party. */
  custody?: string;
  /** Why the entry cannot be read, if it cannot. */
  damaged?: string;
  /** The id of the signing key. */
  key?: string;
  /**
   * The entry as it was signed and is stored, in base64.
   *
   * Bytes in base64.
   */
  leaf: string;
  /** The party that it is of, or that did it. */
  party?: "a" | "b" | "host";
  /** Of the entry, from 0. */
  position: number;
  /**
   * When it was written, by the clock of the node that keeps the ledger.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  time?: string;
  /** What kind of entry it is, with the version of its form. */
  type?: string;
}

export interface EraseInputBody {
  /**
   * The agreement's id. Your own, if it is not said.
   *
   * At most 100 characters.
   */
  agreement?: string;
  /**
   * The person's id in clause 7.1 of the agreement's file, or their pseudonym in the ledger. Send a retry as you sent it first.
   *
   * At least 1 characters; at most 100 characters.
   */
  person: string;
}

export interface Erasure {
  /** The agreement's id: agr_… */
  agreement: string;
  /**
   * When it happened.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  at: string;
  /** The position of its entry in the ledger. */
  entry: number;
  /** What was deleted. */
  erased: Array<string>;
  /** What was not, and why. */
  kept: Array<KeptOn>;
  /** The party that it is of, or that did it. */
  party: "a" | "b";
  /** The person's pseudonym in the ledger. */
  person: string;
}

export interface Event {
  data: Data;
  /** Of data. */
  datacontenttype: "application/json";
  /** The agreement's id and the entry's position: agr_…-17. */
  id: string;
  /** urn:entente: and the agreement's id. */
  source: string;
  /** The version of CloudEvents. */
  specversion: "1.0";
  /** The clause under which it happened; absent for what concerns the ledger itself. */
  subject?: string;
  /**
   * When the entry was written.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  time: string;
  /** entente. and the type of the entry: entente.term.breach_notified.v1. */
  type: string;
}

export interface EventsPage {
  /** Those of this page. */
  items: Array<Event>;
  /** What to give as after, now or later, for what happens behind this page. */
  last?: string;
  /** What to give as after for the next page, also of a page that a filter left empty; absent on the last. */
  next?: string;
}

export interface Evidence {
  /** Of which kind it is. */
  kind: string;
  /** The address of what shows it, or its digest. */
  ref: string;
  /** What whoever brought it says of it. */
  remark?: string;
}

export interface Explanation {
  /**
   * When it was decided.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  at: string;
  decision: Decision;
  /** The most that limits held for the call. */
  held?: Held;
  /** Its id, which never changes. */
  id: string;
  /** Of which kind it is. */
  kind: "metered" | "refused";
  /** What came of a metered call. */
  record?: UsageRecord;
  /** What a refused call asked for. */
  refused?: RefusedCall;
  /** The service that the call was passed to, as the agreement names it. */
  upstream?: string;
}

export interface Fault {
  /** Where: body.purpose, query.limit, header.Idempotency-Key. */
  location: string;
  /** What is wrong there. */
  message: string;
}

export interface Figure {
  /** Whether what was measured is as promised. */
  kept: boolean;
  /** none, if there was nothing to measure. */
  measured: string;
  /** availability, error rate, latency p95 to the first byte, throughput. */
  name: string;
  /** What Schedule C says. */
  promised: string;
}

export interface Finding {
  /** The number of the clause under which it stands. */
  clause: string;
  /** And the character of the line, from 1. */
  column: number;
  /** How to mend it. */
  hint?: string;
  /** Where it is in the file: the line, from 1. */
  line: number;
  /** What is wrong. */
  message: string;
  /** Where in the terms. */
  path?: string;
  /** The rule's name; entente explain says more about it. */
  rule: string;
  /** An error keeps the file from being taken; a warning does not. */
  severity: "error" | "warning";
}

export interface Folio {
  /** Where what your company has promised one partner meets its agreement with another (clause 1.3). */
  conflicts: Array<Conflict>;
  /** What needs care first. */
  items: Array<Line>;
  /** Whether the token was made by somebody who has shown to read the mail of your address; without, this is your own agreement alone. */
  proven: boolean;
}

export interface GiveInputBody {
  /**
   * To which it belongs, by number.
   *
   * At least 1; at most 60.
   */
  clauses: Array<string>;
  /**
   * Plain text or Markdown.
   *
   * At least 1 characters; at most 100000 characters.
   */
  text: string;
  /**
   * What it is called, in a line.
   *
   * At least 1 characters; at most 200 characters.
   */
  title: string;
}

export interface Health {
  /** The agreements that are read-only and whose calls are refused, because their ledgers do not verify or are of a later release. */
  read_only?: Array<string>;
  /** It runs. */
  status: "ok";
}

export interface Held {
  /** Of request and answer. */
  bytes: number;
  /** Tokens of the input. */
  input_tokens: number;
  /** Tokens of the answer. */
  output_tokens: number;
}

export interface HistoryAnswerBody {
  /** With clause, only where that is 13.3. */
  assignments: Array<Assignment>;
  /** Those of this page. */
  items: Array<Chapter>;
  /** Side letters, likewise. */
  letters: Array<Letter>;
  /** What was set aside, of the same clause where one was asked for. */
  waivers: Array<Waiver>;
}

export interface Hook {
  /** Who made it, by pseudonym. */
  by: string;
  /**
   * When it was made.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  created: string;
  /** Why nothing is sent; absent while it is. */
  disabled?: string;
  /** Its id, which never changes. */
  id: string;
  /** whpk_ and the Ed25519 public key with which v1a signatures are verified. */
  key: string;
  /** The types of events that are sent; all if there are none. */
  types: Array<string>;
  /** Where events are sent. */
  url: string;
}

export interface Invitation {
  /** The agreement's id: agr_… */
  agreement: string;
  /**
   * When the link opens nothing any more.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  expires: string;
  /** Of the link, in the list of credentials. */
  id: string;
  /** The person's pseudonym in the ledger. */
  person: string;
}

export interface InvitationInputBody {
  /**
   * The agreement's id. Your own, if it is not said; the operator says it.
   *
   * At most 100 characters.
   */
  agreement?: string;
  /**
   * The person's id in clause 7.1 of the agreement's file, or their pseudonym.
   *
   * At most 100 characters.
   */
  person: string;
}

export interface IssueInputBody {
  /**
   * Your agreement; it may be left out.
   *
   * At most 100 characters.
   */
  agreement?: string;
  /**
   * Registers a client certificate in place of an API key, in PEM: connections that prove to have its key pair open the component. Only its public key counts, and may be given alone.
   *
   * At most 16384 characters.
   */
  certificate?: string;
  /** The data that calls carry (clause 3.4); customer, if it is not said. */
  class?: "customer" | "aggregated" | "synthetic";
  /**
   * The component's name in clause 1.2.
   *
   * At least 1 characters; at most 100 characters.
   */
  component: string;
  /** The environment under clause 2.1 that it is in. */
  environment: "test" | "production";
  /**
   * The key's life as an ISO 8601 duration; if it is not said, the time of clause B.3, or 90 days where there is none.
   *
   * At most 40 characters.
   */
  expires_in?: string;
  /**
   * A note for yourselves; it stands in the ledger.
   *
   * At most 200 characters.
   */
  label?: string;
  /**
   * From which alone the key is accepted, as CIDR blocks: 203.0.113.0/24. From everywhere, if it is not said.
   *
   * At most 32.
   */
  networks?: Array<string>;
  /** Registers a client of your own issuer in place of an API key: its access tokens open the component. */
  oauth2?: Client;
  /** What calls are for (clauses 3.2 and 3.4). */
  purpose: "service" | "improvement" | "analytics" | "training" | "competitive";
}

export interface KeptOn {
  /** What it is about, in words. */
  what: string;
  /** Why, in words. */
  why: string;
}

export interface Key {
  /** Of OAuth 2.0: for whom the tokens have to be meant (aud). */
  audience?: string;
  /** Who issued it, by pseudonym. */
  by: string;
  /** The class of the data of a call: customer, aggregated or synthetic. */
  class: "customer" | "aggregated" | "synthetic";
  /** Of OAuth 2.0: the client, as its issuer knows it. */
  client_id?: string;
  /** The component's id in the agreement. */
  component: string;
  /** The environment under clause 2.1 that it is in. */
  environment: "test" | "production";
  /**
   * When it ends by itself.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  expires: string;
  /** Its id, which never changes. */
  id: string;
  /**
   * When it was made.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  issued: string;
  /** Of OAuth 2.0: who signs the client's access tokens. */
  issuer?: string;
  /** Of OAuth 2.0: where the issuer publishes its keys, if they were not registered themselves. */
  jwks_uri?: string;
  /** What whoever made it calls it. */
  label?: string;
  /** How it is shown (clause B.2). */
  method: "api_key" | "oauth2" | "mtls";
  /** From which alone it is accepted, as CIDR blocks; from everywhere, if there are none. */
  networks?: Array<string>;
  /** Who holds it. */
  party: "a" | "b";
  /** Of mutual TLS: SHA-256 of the public key (SubjectPublicKeyInfo) that the caller's certificate has to have, in hexadecimal. */
  pin?: string;
  /** What a call is for: service, improvement, analytics, training or competitive. */
  purpose: "service" | "improvement" | "analytics" | "training" | "competitive";
  /**
   * When it was ended; absent while it was not.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  revoked?: string;
  /** The key itself, when it is issued and never again. */
  secret?: string;
  /** How it stands now. */
  state: "live" | "expired" | "revoked";
  /**
   * The hour in which a call passed by it last; absent if none has.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  used?: string;
}

export interface Leave {
  /** The component's id in the agreement. */
  component: string;
  /** Windows in a row of clause C.5 in which service levels were missed. */
  missed: number;
  /** Who may terminate the agreement for it, with the ground service_levels. */
  party: "a" | "b";
  /**
   * The right may be used before; absent if it does not lapse.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  until?: string;
}

export interface Letter {
  /** The person's pseudonym. */
  by: string;
  /** The clauses that it is about. */
  clauses: Array<string>;
  /** Of its text, as the ledger has it. */
  digest: string;
  /**
   * When it was put on record.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  given: string;
  /** Its id, which never changes. */
  id: string;
  /** The party that it is of, or that did it. */
  party: "a" | "b";
  /** What it is called, in a line. */
  title: string;
}

export interface Level {
  /** Calls that failed through a cause on the caller’s side. */
  caller_failures: number;
  /** Calls that count. */
  calls: number;
  /** All calls, those that do not count too. */
  calls_made: number;
  /** The component's id in the agreement. */
  component: string;
  /** Ended by the node under a clause, for example at a limit. */
  cut_under_a_clause: number;
  /** Of the minutes, in which half or more of the calls that count failed through a cause on the provider's side. */
  down_minutes: number;
  /** The environment under clause 2.1 that it is in. */
  environment: "test" | "production";
  /** Minutes of maintenance that was announced in time. */
  excluded_minutes: number;
  /** What Schedule C promises, each with what was measured. */
  figures: Array<Figure>;
  /**
   * When the window begins.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  from: string;
  /** Ended because the node stopped. They count for nobody. */
  gateway_failures: number;
  /** Whether every figure is kept so far. */
  kept: boolean;
  /** Of the time measured, without those excluded. */
  minutes: number;
  /** Calls that failed through a cause on the provider’s side. */
  provider_failures: number;
  /** Calls that were refused under a clause and never made, on the UTC days of the time. They are none of the calls. */
  refused: number;
  /**
   * Up to here calls are stated and measured.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  to: string;
}

export interface LevelsAnswerBody {
  /** The service credits of clause C.4, the newest first. */
  credits: Array<Credit>;
  /** Those of this page. */
  items: Array<Level>;
  /** The rights to leave that are open now. */
  leave: Array<Leave>;
  /** The windows that are over and of which the node still knows, the newest first. */
  windows: Array<Past>;
}

export interface LimitStanding {
  /** Whether it would refuse the call. */
  full: boolean;
  /** Whether it ends an answer under way. */
  hard: boolean;
  /** For calls that are open. */
  held: number;
  /** That can still be held, before the call. */
  left: number;
  /** Its name, as RateLimit-Policy has it. */
  limit: string;
  /** What the limit allows in all. */
  most: number;
  /** That the call would hold. */
  need: number;
  /** By whom it counts. */
  per: "key" | "component" | "party" | "customer";
  /** Seconds until more becomes free. */
  reset_s?: number;
  /** What it counts; money in minor units, open is calls at the same time. */
  unit: "requests" | "tokens" | "bytes" | "money" | "open";
  /** What is used up. */
  used: number;
  /** What it allows. */
  words: string;
}

export interface Line {
  /** The agreement's id: agr_… */
  agreement: string;
  /** Of the calendar month that goes on, in the agreement's zone, as all that follows. */
  calls: number;
  /** The clauses that are late. */
  care: Array<Care>;
  /** How many clauses wait for something. */
  due: number;
  /** How it stands, by what is worst. */
  health: "read-only" | "late" | "due" | "good" | "off";
  /** What is due next; absent if nothing is. */
  next?: Next;
  /** The number that stands on the agreement's front page. */
  number: string;
  /** The name of the other party. */
  other: string;
  /** How many deadlines were missed. */
  overdue: number;
  /** What it is owed. */
  owed?: string;
  /** What your party owes by clause 6.1, so far; absent where nothing is shared. */
  owes?: string;
  /** The name of your party. */
  own: string;
  /** Yours. */
  party: "a" | "b";
  /** Calls that the gateway refused. */
  refused: number;
  /** Yours, by clause 7.1. */
  roles: Array<string>;
  /** Where the agreement stands in its life. */
  stage: string;
  /** Of models, in and out. */
  tokens: number;
  /** What the node measured could not be read just now: care and use are not whole. */
  unread?: boolean;
}

export interface Link {
  /** The agreement's id: agr_… */
  agreement: string;
  /**
   * When it ends by itself.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  expires: string;
  /** Its id, which never changes. */
  id: string;
  /** The secret: the last part of the console's address /enter/… */
  link: string;
  /** The person's pseudonym in the ledger. */
  person: string;
}

export interface LinkInputBody {
  /**
   * The agreement's id.
   *
   * At most 100 characters.
   */
  agreement: string;
  /**
   * The person's id in clause 7.1 of the agreement's file.
   *
   * At most 100 characters.
   */
  person: string;
}

export interface MadeCalendar {
  /** The path of all of the agreement. A secret. */
  agreement: string;
  /**
   * When it ends by itself.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  expires: string;
  /** Names the credential: revoke it to end the address. */
  id: string;
  /** The path of your own deadlines, below the node's address. A secret. */
  mine: string;
}

export interface MadeServiceAccount {
  /** read: it changes nothing. */
  access: "read" | "act";
  /** The secret, if it shows who it is by one. It is in this answer only. */
  client_secret?: string;
  /**
   * When it was made.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  created: string;
  /**
   * When it ends by itself.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  expires: string;
  /** The client id. */
  id: string;
  /** Where it publishes its keys. */
  jwks_uri?: string;
  /** What whoever made it calls it. */
  label?: string;
  /** By what it shows who it is, as token_endpoint_auth_method names it. */
  method: "client_secret_basic" | "private_key_jwt" | "self_signed_tls_client_auth";
  /** The parts of the API that it is for; all, if there are none. */
  parts: Array<string>;
  /** Whom it acts for, by their pseudonym in the ledger. */
  person: string;
  /** Of its key pair: SHA-256 of the public key (SubjectPublicKeyInfo), in hexadecimal. */
  pin?: string;
  /**
   * When it was ended; absent while it was not.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  revoked?: string;
  /** How it stands now. */
  state: "live" | "expired" | "revoked";
}

export interface MailedCode {
  /** Names the letter, and stands in your signature. */
  reference: string;
  /** The address to which the code was sent: the one that the agreement names for you. */
  sent_to: string;
  /** Comes with the code when you sign. */
  ticket: string;
  /**
   * From when the code counts no more.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  until: string;
}

export interface Maintenance {
  /**
   * When it was announced.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  announced: string;
  /** Who announced it, by pseudonym. */
  by: string;
  /** The component's id in the agreement. */
  component: string;
  /** The environment under clause 2.1 that it is in. */
  environment: "test" | "production";
  /**
   * When it begins.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  from: string;
  /** Its id, which never changes. */
  id: string;
  /** Whether it was announced with the notice that clause C.3 requires. Otherwise it counts as any other time. */
  in_time: boolean;
  /** The party that it is of, or that did it. */
  party: "a" | "b";
  /**
   * It is over then.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  until: string;
  /** What it is about, in words. */
  what: string;
  /**
   * Absent if it was not.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  withdrawn?: string;
}

export interface MaintenanceInputBody {
  /**
   * The component's name in clause 1.2.
   *
   * At least 1 characters; at most 100 characters.
   */
  component: string;
  /** The environment under clause 2.1 that it is in. */
  environment: "test" | "production";
  /**
   * A full minute.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  from: string;
  /**
   * A full minute, at most 31 days later.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  until: string;
  /**
   * What is done. The other party reads it.
   *
   * At least 1 characters; at most 2000 characters.
   */
  what: string;
}

export interface MakeInputBody {
  /** read: it changes nothing. As far as you may act, if it is not said. */
  access?: "read" | "act";
  /**
   * In place of either: a certificate or a public key in PEM. It shows who it is by the key pair of its TLS connection, and its tokens count on such connections alone.
   *
   * At most 16384 characters.
   */
  certificate?: string;
  /**
   * Its life as an ISO 8601 duration: of at most 366 days for a service account, of at most 90 for all else; 90 days, if it is not said.
   *
   * At most 40 characters.
   */
  expires_in?: string;
  /** A JSON Web Key Set (RFC 7517) with its public keys: it shows who it is by what it signs (private_key_jwt). */
  jwks?: unknown;
  /**
   * In place of jwks: where it publishes its keys, by https.
   *
   * At most 2000 characters.
   */
  jwks_uri?: string;
  /**
   * What the program is.
   *
   * At least 1 characters; at most 200 characters.
   */
  label: string;
  /**
   * The parts of the API that it is for, by the tags of this document: usage, ledger. All, if it is not said.
   *
   * At most 20.
   */
  parts?: Array<string>;
}

export interface Margin {
  /** The number of the clause under which it stands. */
  clause: string;
  /** More facts, a sentence each. */
  details: Array<string>;
  /** The fact beside it, in a sentence. */
  fact?: string;
  /** How the clause is kept: the software refuses what it forbids, counts what it counts, acts when its time comes, proves what it asks for, or does not run it. */
  kept: "enforced" | "measured" | "clocked" | "evidenced" | "text only";
  /** How the clause stands now. */
  status: "good" | "due" | "late" | "off" | "silent";
  /** What it is called, in a line. */
  title: string;
}

export interface Me {
  /** read: it changes nothing. */
  access: "read" | "act";
  /** The agreement's id: agr_… */
  agreement?: string;
  /** The id of the token that you show. */
  credential: string;
  /** What it is called. */
  name?: string;
  /** Whether you are the node's operator, who has no role in any agreement. */
  operator: boolean;
  /** The parts of the API that it is for; all, if there are none. */
  parts: Array<string>;
  /** The party that it is of, or that did it. */
  party?: "a" | "b";
  /** Your pseudonym in the ledger. */
  person?: string;
  /** Your roles under clause 7.1, as the agreement stands now. */
  roles: Array<string>;
  /** What it is called, in a line. */
  title?: string;
}

export interface Milestone {
  /** Whether production waits for it. */
  before_production: boolean;
  /**
   * Absent while it is open.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  completed?: string;
  /** By party. */
  confirmed: Record<string, Confirmation>;
  /**
   * The last day on which it is in time.
   *
   * A day: 2026-12-01.
   */
  due: string;
  /** Its id, which never changes. */
  id: string;
  /** Who has to confirm it. */
  responsible: "a" | "b" | "both";
  /** What it is called, in a line. */
  title: string;
}

export interface MilestoneState {
  /** The position of the first entry in the ledger. */
  entry: number;
  milestone: Milestone;
  /** Whether clause 2.2 has opened production. */
  production_open: boolean;
}

export interface MilestonesAnswerBody {
  /** Those of this page. */
  items: Array<Milestone>;
  /** Whether clause 2.2 has opened production. */
  production_open: boolean;
}

export interface Negotiation {
  /**
   * The end of the time that clause 13.5 gives to answer an amendment.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  answer_by?: string;
  /** The version that it answers. */
  answers?: number;
  /** The version with which it is compared: the last before it that both have signed, that the other party proposed or that was brought from outside; else the one before; 0 if there is none. */
  base: number;
  /** Absent unless it was withdrawn or declined. */
  closed?: Closing;
  /** After an act: the position of its entry in the ledger. */
  entry?: number;
  /**
   * When it lapses unless both have signed.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  expires?: string;
  /** Who signs before the other; absent: in any order. */
  first?: "a" | "b";
  /** What they are to do. */
  next?: "answer" | "propose" | "sign";
  /** Whether it can still be signed. */
  open: boolean;
  /** How many comments are not settled. */
  open_comments: number;
  /** The clauses on which not both parties stand on the text of this version. */
  points: Array<Point>;
  /**
   * When it was put before the parties.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  proposed?: string;
  /** host: whoever brought the file to the node’s operator. Absent where the ledger does not say. */
  proposed_by?: "a" | "b" | "host";
  /** What whoever brought it says of it. */
  remark?: string;
  /**
   * Until when clause 13.5 lets both sign the amendment before it takes effect.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  sign_by?: string;
  /** The parties that have signed the version. */
  signed_by: Array<string>;
  /** Where the agreement stands in its life. */
  stage: string;
  /** Who is to move; nobody once both have signed. */
  turn: Array<string>;
  /** The version proposed last; 0 if none is. */
  version: number;
}

export interface Next {
  /** The number of the clause under which it stands. */
  clause: string;
  /**
   * The last day on which it can be done, in the agreement's zone.
   *
   * A day: 2026-12-01.
   */
  day: string;
  /**
   * The first instant after it.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  due: string;
  /** Who owes it. */
  owes: "a" | "b" | "both";
  /** What it is about, in words. */
  what: string;
}

export interface Note {
  /**
   * When it happened.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  at: string;
  /** The person's pseudonym. */
  by: string;
  /** The number of the clause under which it stands. */
  clause: string;
  /** Its id, which never changes. */
  id: string;
  /** What it says. */
  text: string;
}

export interface NoteInputBody {
  /**
   * By number.
   *
   * At most 40 characters.
   */
  clause: string;
  /**
   * What it says.
   *
   * At least 1 characters; at most 2000 characters.
   */
  text: string;
}

export interface Notification {
  /** What your party is asked for. */
  asks?: string;
  /**
   * When it happened, or was to be told.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  at: string;
  /** Absent for what concerns the ledger itself. */
  clause?: string;
  /**
   * The first instant after which it is late.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  due?: string;
  /** The position of the entry that it is about. */
  entry?: number;
  /** The same for the same thing, step and person: itm_… */
  id: string;
  /** Whether the deadline has passed. */
  late: boolean;
  /** A formal notice, something that is asked, a deadline, or news. */
  matter: "notice" | "ask" | "due" | "news";
  /** Whether it came to you because nobody to whom it went first has read it. */
  raised: boolean;
  /**
   * When you read it; absent before.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  read?: string;
  /** By which it reaches you. */
  role: string;
  /** What has happened or is due, in a sentence without its full stop. */
  says: string;
  /**
   * Since when nothing is to be done about it any more.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  settled?: string;
}

export interface OwnSignature {
  /** With the manifest: the code that was sent to you, and what you say with it. */
  by_code?: Typed;
  /**
   * The manifest of the version that you have read, sha256:…, for the node to sign; the agreement's versions have it. Needed without a signature of your own: if another text was proposed since, that is not signed in its place.
   *
   * At most 100 characters.
   */
  manifest?: string;
  /**
   * Ed25519 in base64, over entente-signature-v1, a zero byte and the statement in canonical JSON.
   *
   * At most 100 characters.
   */
  signature?: string;
  /** The statement that you signed, as in a signed package. */
  statement?: unknown;
}

export interface PartAgreementLine {
  /** Those of this page. */
  items: Array<AgreementLine>;
  /** What to give as after for the next page, also of a page that a filter left empty; absent on the last. */
  next?: string;
}

export interface PartAssignment {
  /** Those of this page. */
  items: Array<Assignment>;
  /** What to give as after for the next page, also of a page that a filter left empty; absent on the last. */
  next?: string;
}

export interface PartCredential {
  /** Those of this page. */
  items: Array<Credential>;
  /** What to give as after for the next page, also of a page that a filter left empty; absent on the last. */
  next?: string;
}

export interface PartDeadline {
  /** Those of this page. */
  items: Array<Deadline>;
  /** What to give as after for the next page, also of a page that a filter left empty; absent on the last. */
  next?: string;
}

export interface PartDelegation {
  /** Those of this page. */
  items: Array<Delegation>;
  /** What to give as after for the next page, also of a page that a filter left empty; absent on the last. */
  next?: string;
}

export interface PartDelivery {
  /** Those of this page. */
  items: Array<Delivery>;
  /** What to give as after for the next page, also of a page that a filter left empty; absent on the last. */
  next?: string;
}

export interface PartHook {
  /** Those of this page. */
  items: Array<Hook>;
  /** What to give as after for the next page, also of a page that a filter left empty; absent on the last. */
  next?: string;
}

export interface PartKey {
  /** Those of this page. */
  items: Array<Key>;
  /** What to give as after for the next page, also of a page that a filter left empty; absent on the last. */
  next?: string;
}

export interface PartLetter {
  /** Those of this page. */
  items: Array<Letter>;
  /** What to give as after for the next page, also of a page that a filter left empty; absent on the last. */
  next?: string;
}

export interface PartMaintenance {
  /** Those of this page. */
  items: Array<Maintenance>;
  /** What to give as after for the next page, also of a page that a filter left empty; absent on the last. */
  next?: string;
}

export interface PartNote {
  /** Those of this page. */
  items: Array<Note>;
  /** What to give as after for the next page, also of a page that a filter left empty; absent on the last. */
  next?: string;
}

export interface PartNotification {
  /** Those of this page. */
  items: Array<Notification>;
  /** What to give as after for the next page, also of a page that a filter left empty; absent on the last. */
  next?: string;
}

export interface PartServiceAccount {
  /** Those of this page. */
  items: Array<ServiceAccount>;
  /** What to give as after for the next page, also of a page that a filter left empty; absent on the last. */
  next?: string;
}

export interface PartThread {
  /** Those of this page. */
  items: Array<Thread>;
  /** What to give as after for the next page, also of a page that a filter left empty; absent on the last. */
  next?: string;
}

export interface PartUsageRecord {
  /** Those of this page. */
  items: Array<UsageRecord>;
  /** What to give as after for the next page, also of a page that a filter left empty; absent on the last. */
  next?: string;
}

export interface PartWaiver {
  /** Those of this page. */
  items: Array<Waiver>;
  /** What to give as after for the next page, also of a page that a filter left empty; absent on the last. */
  next?: string;
}

export interface Parties {
  a: Party;
  b: Party;
}

export interface Party {
  /** What it is called. */
  name: string;
  /** The name used in running text. */
  short_name?: string;
}

export interface PasskeyItem {
  /**
   * When it was made.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  created: string;
  /** Names it in lists: pk_… */
  id: string;
  /** The public key's name, as signatures in the ledger say it. */
  key: string;
  /** What you call it. */
  name: string;
  /** Whether a service keeps it on several devices. */
  synced: boolean;
  /**
   * When it was last used; absent before.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  used?: string;
}

export interface PasskeyNameBody {
  /**
   * One line.
   *
   * At least 1 characters; at most 60 characters.
   */
  name: string;
}

export interface PasskeyNamed {
  /** Its id, which never changes. */
  id: string;
  /** What it is called. */
  name: string;
}

export interface PasskeyRemoved {
  /** Its id, which never changes. */
  id: string;
}

export interface Past {
  /** The RFC 6962 hash over the roots of these statements, in base64. */
  basis?: string;
  /** The component's id in the agreement. */
  component: string;
  /** The environment under clause 2.1 that it is in. */
  environment: "test" | "production";
  /** What Schedule C promises, each with what was measured. */
  figures: Array<Figure>;
  /**
   * When the window began.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  from: string;
  /** Whether every figure was kept. */
  kept: boolean;
  /** Of use, from which it was measured. */
  statements: number;
  /**
   * Without it.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  to: string;
}

export interface Point {
  /** The number of the clause under which it stands. */
  clause: string;
  /** Who has rejected this text, and why. */
  rejected_by: Array<Rejection>;
  /** What the version changes under the clause, compared with base; none where only words change. */
  terms: Array<ChangedTerm>;
  /** What it is called, in a line. */
  title: string;
  /** Who has said nothing of this text yet. */
  waits_for: Array<string>;
}

export interface Problem {
  /** The agreement that refuses. */
  agreement?: string;
  /** The clause that refuses. */
  clause?: string;
  /** What the clause says, shortened. */
  clause_text?: string;
  /** What the clause is about. */
  clause_title?: string;
  /** What is wrong this time, and what to do. */
  detail?: string;
  /** What is wrong with the request, one by one. */
  errors?: Array<Fault>;
  /** What is wrong with the agreement file, one by one. */
  findings?: Array<Finding>;
  /** The request's id, as in Entente-Request-Id. */
  instance?: string;
  /** The HTTP status. */
  status: number;
  /** The kind of problem in words. */
  title: string;
  /** The kind of problem: urn:entente:problem: and a code. */
  type: string;
  /** Its version that binds, or was proposed last. */
  version?: number;
}

export interface Proof {
  /** Of which kind it is. */
  kind: "link" | "file" | "report";
  /**
   * The address, or the digest.
   *
   * At least 1 characters; at most 500 characters.
   */
  ref: string;
  /**
   * What whoever brought it says of it.
   *
   * At most 300 characters.
   */
  remark?: string;
}

export interface Proposal {
  /**
   * The version that you have read and that this one answers; if another was proposed since, this one is refused.
   *
   * At least 1.
   */
  answers?: number;
  /** The attachments of the front page by name, in base64. */
  attachments?: Record<string, string>;
  /**
   * When the proposal lapses unless both have signed.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  expires?: string;
  /**
   * The agreement file (YAML), at most 1 MiB.
   *
   * At least 1 characters.
   */
  file: string;
  /** Who signs before the other; absent: in any order. */
  first?: "a" | "b";
  /**
   * What the file is called.
   *
   * At most 200 characters.
   */
  name?: string;
  /** The signed package that stands beside the file, with the signatures given so far. */
  package?: unknown;
  /**
   * What you say of it. The other party reads it.
   *
   * At most 1000 characters.
   */
  remark?: string;
}

export interface Proposed {
  /** Whether the node had this very text: then nothing was opened or proposed, and new signatures were added. */
  already: boolean;
  /** Its id, which never changes. */
  id: string;
  /** The digest that the parties sign. */
  manifest: string;
  /** What may not be meant, though nothing refuses it: another partnership number than before, or an amendment that moves the effective date. */
  notes?: Array<string>;
  /** Who has signed it, with the signatures that were brought. */
  signed_by: Array<string>;
  /** The number of the version, from 1. */
  version: number;
}

export interface ReadAnswer {
  /** How many had not been read. */
  read: number;
}

export interface ReadInputBody {
  /**
   * The notification's id; all, if it is not said.
   *
   * At most 100 characters.
   */
  id?: string;
}

export interface Reasoned {
  /**
   * Why. The other party reads it.
   *
   * At least 1 characters; at most 2000 characters.
   */
  reason: string;
}

export interface ReceiptAnswerBody {
  /** The proof (entente-receipt/1), once the call is sealed. */
  receipt?: unknown;
  record: UsageRecord;
  /** open: the call has not ended. metered: it has, and waits for the statement of its hour. sealed: a statement in the ledger covers it. */
  state: "open" | "metered" | "sealed";
  /** The hour in which the call is stated, or is to be. */
  statement?: Stated;
}

export interface RedlineAnswerBody {
  /** In the order of the agreement. */
  terms: Array<ChangedTerm>;
  /** The changed text in Markdown. */
  text: string;
}

export interface RefuseInputBody {
  /**
   * Why. The other party reads it; clause 13.3 may say that consent is not withheld unreasonably.
   *
   * At least 1 characters; at most 1000 characters.
   */
  reason: string;
}

export interface RefusedCall {
  /** The class of the data of a call: customer, aggregated or synthetic. */
  class?: string;
  /** The caller’s own X-Request-Id; nothing makes it unique. */
  client_request_id?: string;
  /** The component's id in the agreement. */
  component?: string;
  /** Whom the caller served, as it named them in Entente-Customer. */
  customer?: string;
  /** The environment under clause 2.1 that it is in. */
  environment?: string;
  /** The tool, resource or prompt: its kind, a space and its name, or its kind alone. */
  item?: string;
  /** Absent if no key of the agreement was shown. */
  key?: string;
  /** The limit that refused, as RateLimit-Policy names it. */
  limit?: string;
  /** As it was asked for. */
  model?: string;
  /** What was asked for, as Schedule A names it. */
  operation?: string;
  /** What a call is for: service, improvement, analytics, training or competitive. */
  purpose?: string;
  /** The HTTP status of the answer. */
  status: number;
}

export interface Rejection {
  /**
   * When it happened.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  at: string;
  /** The party that it is of, or that did it. */
  party: "a" | "b";
  /** Why, as whoever did it says. */
  reason: string;
}

export interface Remark {
  /**
   * When it happened.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  at: string;
  /** The person's pseudonym. */
  by: string;
  /** The party that it is of, or that did it. */
  party: "a" | "b";
  /** What it says. */
  text: string;
}

export interface Removed {
  /** Its id, which never changes. */
  id: string;
}

export interface ReplayInputBody {
  /**
   * The id of the event to begin with.
   *
   * At most 200 characters.
   */
  from?: string;
}

export interface Replayed {
  /** How many events wait to be sent again. */
  again: number;
  /** Its id, which never changes. */
  id: string;
}

export type ResolveInputBody = Record<string, unknown>;

export interface Rotated {
  /** Its id, which never changes. */
  id: string;
  /** The public key that verifies the v1a signatures from now on. */
  key: string;
  /** It is shown this once. */
  secret: string;
  /**
   * Until then messages bear the signatures of before, too.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  until: string;
}

export interface Said {
  comment: Thread;
  /** The position of its entry in the ledger. */
  entry: number;
}

export interface ServiceAccount {
  /** read: it changes nothing. */
  access: "read" | "act";
  /**
   * When it was made.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  created: string;
  /**
   * When it ends by itself.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  expires: string;
  /** The client id. */
  id: string;
  /** Where it publishes its keys. */
  jwks_uri?: string;
  /** What whoever made it calls it. */
  label?: string;
  /** By what it shows who it is, as token_endpoint_auth_method names it. */
  method: "client_secret_basic" | "private_key_jwt" | "self_signed_tls_client_auth";
  /** The parts of the API that it is for; all, if there are none. */
  parts: Array<string>;
  /** Whom it acts for, by their pseudonym in the ledger. */
  person: string;
  /** Of its key pair: SHA-256 of the public key (SubjectPublicKeyInfo), in hexadecimal. */
  pin?: string;
  /**
   * When it was ended; absent while it was not.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  revoked?: string;
  /** How it stands now. */
  state: "live" | "expired" | "revoked";
}

export type SettleInputBody = Record<string, unknown>;

export interface Shown {
  /** Who made it, by pseudonym. */
  by: string;
  /**
   * When it was made.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  created: string;
  /** Why nothing is sent; absent while it is. */
  disabled?: string;
  /** Its id, which never changes. */
  id: string;
  /** whpk_ and the Ed25519 public key with which v1a signatures are verified. */
  key: string;
  /** whsec_ and the secret with which v1 signatures are verified. It is shown this once. */
  secret: string;
  /** The types of events that are sent; all if there are none. */
  types: Array<string>;
  /** Where events are sent. */
  url: string;
}

export interface SignIn {
  /** As which the node is registered there. */
  client_id: string;
  /** Of the addresses for which it vouches. */
  domains: Array<string>;
  /** Where your people begin: the path below the node's address. */
  door: string;
  /** The address of the OpenID Connect provider. */
  issuer: string;
  /** What to register with the issuer. */
  redirect_uri: string;
}

export interface SignInEnded {
  /** Whether there was one. */
  ended: boolean;
}

export interface SignInInputBody {
  /**
   * The id under which the issuer knows this node.
   *
   * At least 1 characters; at most 500 characters.
   */
  client_id: string;
  /**
   * Sealed on the node and never shown again.
   *
   * At least 1 characters; at most 1000 characters.
   */
  client_secret: string;
  /**
   * Of the addresses that it vouches for; clause 7.1 gives somebody of your party an address at each.
   *
   * At least 1; at most 20.
   */
  domains: Array<string>;
  /**
   * The issuer's address, exactly as its ID tokens have it.
   *
   * At least 1 characters; at most 500 characters.
   */
  issuer: string;
}

export interface Signature {
  /**
   * When it happened.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  at: string;
  /** Who held the key: node, person or party. */
  custody: string;
  /** The public key. */
  key: string;
  /** The party that it is of, or that did it. */
  party: "a" | "b";
  /** The person's pseudonym. */
  signer: string;
  /** The digest of the signed statement. */
  statement: string;
}

export interface Signed {
  /** The position of its entry in the ledger. */
  entry: number;
  /** The party that it is of, or that did it. */
  party: "a" | "b";
  /** Everyone who has signed the version so far. */
  signed_by: Array<string>;
  /** Where the agreement stands with this signature. */
  stage: string;
  /** The number of the version, from 1. */
  version: number;
}

export interface SignedVersion {
  /**
   * When it happened.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  at: string;
  /** The pseudonym of the signatory who had let the signer sign for them; absent if the signer is one. */
  for?: string;
  /** The same as the version names them; absent if they were erased. */
  for_name?: string;
  /** As the version names the signer; absent if the person was erased. */
  name?: string;
  /** The party that it is of, or that did it. */
  party: "a" | "b";
  /** The person's pseudonym. */
  signer: string;
}

export interface Signer {
  /** read: it changes nothing. */
  access: "read" | "act";
  /** The agreement's id: agr_… */
  agreement: string;
  /**
   * When it ends by itself.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  expires: string;
  /** Names it in lists and logs. */
  id: string;
  /** What signatures have as keyid: the public key in base64url. */
  keyid: string;
  /** What whoever made it calls it. */
  label?: string;
  /** The parts of the API that it is for; all, if there are none. */
  parts: Array<string>;
  /** The person's pseudonym in the ledger. */
  person: string;
}

export interface SignerInputBody {
  /** read: it changes nothing. As far as you may act, if it is not said. */
  access?: "read" | "act";
  /**
   * Its life as an ISO 8601 duration: of at most 366 days for a service account, of at most 90 for all else; 90 days, if it is not said.
   *
   * At most 40 characters.
   */
  expires_in?: string;
  /**
   * What the program is for.
   *
   * At most 200 characters.
   */
  label?: string;
  /**
   * The parts of the API that it is for, by the tags of this document: usage, ledger. All, if it is not said.
   *
   * At most 20.
   */
  parts?: Array<string>;
  /**
   * The Ed25519 public key: as PEM (PUBLIC KEY), or its 32 bytes in base64url.
   *
   * At least 40 characters; at most 1000 characters.
   */
  public_key: string;
}

export interface Standing {
  /** The breach that the act was about. */
  breach?: Breach;
  /** The notice of change that the act was about. */
  change?: Change;
  ending?: Ending;
  /** The position of its entry in the ledger. */
  entry: number;
  /** Where the agreement stands in its life. */
  stage: string;
  /** Those in effect. */
  suspensions: Array<Suspension>;
}

export interface Stated {
  /** The component's id in the agreement. */
  component: string;
  /** The environment under clause 2.1 that it is in. */
  environment: string;
  /**
   * When the hours that it states begin.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  from: string;
  /**
   * When they end.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  to: string;
}

export interface Step {
  /** What must be so. */
  asked: string;
  /** What the call says. */
  call?: string;
  /** The number of the clause under which it stands. */
  clause: string;
  /** Whether it is so. */
  ok: boolean;
  /** What the agreement says there, or by what has happened. */
  says?: string;
  /** The term of the agreement file that says it, by its path. */
  term?: string;
  /** What it is called, in a line. */
  title: string;
  /** Why it is not so, or why it need not be. */
  why?: string;
}

export interface Sum {
  /** Of the request’s body. */
  bytes_in: number;
  /** Of the answer’s body. */
  bytes_out: number;
  /** Of the input, read from a cache. */
  cached_tokens: number;
  /** How many calls. */
  calls: number;
  /** The component's id in the agreement. */
  component?: string;
  /**
   * The day, in the agreement’s time zone; absent where days are summed.
   *
   * A day: 2026-12-01.
   */
  day?: string;
  /** Of the calls, those that were not as agreed, and passed all the same. */
  deviations: Deviating;
  /** The environment under clause 2.1 that it is in. */
  environment?: string;
  /** Of the calls, with tokens that nobody stated. */
  estimated: number;
  /** Of the input, estimated, because nobody stated it. */
  estimated_input_tokens: number;
  /** Of the output, likewise. */
  estimated_output_tokens: number;
  /** Of the calls, ended otherwise than well. */
  failed: number;
  /** All input, cached or not. */
  input_tokens: number;
  /** Of the calls, ended by a stop of the node. */
  interrupted: number;
  /** Of the calls, still open: they add nothing yet. */
  open: number;
  /** All output, with reasoning. */
  output_tokens: number;
  /** What a call is for: service, improvement, analytics, training or competitive. */
  purpose?: string;
  /** Of the output, reasoning. */
  reasoning_tokens: number;
  /** Calls of tools (MCP) that the service answered. */
  tool_calls: number;
  /** Units of the provider's own (Schedule A). */
  units: number;
}

export interface SummaryAnswerBody {
  /** Those of this page. */
  items: Array<Sum>;
  /** In which days begin and end. */
  time_zone: string;
}

export interface SuspendInputBody {
  /**
   * The component's name in clause 1.2; the whole agreement, if it is not said.
   *
   * At most 100 characters.
   */
  component?: string;
  /**
   * Why. The other party reads it.
   *
   * At least 1 characters; at most 2000 characters.
   */
  reason: string;
}

export interface Suspension {
  /** Who suspended it, by pseudonym. */
  by: string;
  /** Absent: the whole agreement. */
  component?: string;
  /** The party that it is of, or that did it. */
  party: "a" | "b";
  /** Why, as whoever did it says. */
  reason: string;
  /**
   * When it began.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  since: string;
}

export interface TerminateInputBody {
  /**
   * The breach of which notice was given, where that is the ground.
   *
   * At most 100 characters.
   */
  breach?: string;
  /**
   * The notice of change by your party, where that is the ground.
   *
   * At most 100 characters.
   */
  change?: string;
  /** Why your party ends it. */
  ground: "notice" | "material_breach" | "insolvency" | "material_change" | "service_levels";
  /**
   * Needed for every ground but notice.
   *
   * At most 2000 characters.
   */
  reason?: string;
}

export interface Thread {
  /** The number of the clause under which it stands. */
  clause: string;
  /** Its id, which never changes. */
  id: string;
  /** The comment and its replies, the first first. */
  remarks: Array<Remark>;
  /**
   * Absent while it is open.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  resolved?: string;
  /** Proposed last when it began. */
  version: number;
}

export interface Token {
  /** read: it changes nothing. */
  access: "read" | "act";
  /** The agreement's id: agr_… */
  agreement: string;
  /**
   * When it ends by itself.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  expires: string;
  /** Names the token in lists and logs. */
  id: string;
  /** What whoever made it calls it. */
  label?: string;
  /** The parts of the API that it is for; all, if there are none. */
  parts: Array<string>;
  /** The person's pseudonym in the ledger. */
  person: string;
  /** The token itself. */
  secret: string;
}

export interface TokenInputBody {
  /** read: it changes nothing. As far as you may act, if it is not said. */
  access?: "read" | "act";
  /**
   * The agreement's id. Your own, if it is not said.
   *
   * At most 100 characters.
   */
  agreement?: string;
  /**
   * Its life as an ISO 8601 duration: of at most 366 days for a service account, of at most 90 for all else; 90 days, if it is not said.
   *
   * At most 40 characters.
   */
  expires_in?: string;
  /**
   * What the token is for.
   *
   * At most 200 characters.
   */
  label?: string;
  /**
   * The parts of the API that it is for, by the tags of this document: usage, ledger. All, if it is not said.
   *
   * At most 20.
   */
  parts?: Array<string>;
  /**
   * The person's id in clause 7.1 of the agreement's file. Yourself, if it is not said.
   *
   * At most 100 characters.
   */
  person?: string;
}

export interface Trial {
  /** Of the message: test_… */
  id: string;
  /** The status that the receiver answered. */
  said: string;
}

export interface Typed {
  /** true says: I am authorised to sign this Agreement for the party that I name. */
  authority: boolean;
  /**
   * The code from the letter.
   *
   * At most 20 characters.
   */
  code: string;
  /** true says that you agree to sign electronically, that the code stands for your signature by hand, that you have read the version, and that you can keep a copy of it. */
  consent: boolean;
  /**
   * Your name, as clause 7.1 has it.
   *
   * At most 200 characters.
   */
  name: string;
  /**
   * As mail-signing-code gave it.
   *
   * At most 2000 characters.
   */
  ticket: string;
  /**
   * Your title, as clause 7.1 has it.
   *
   * At most 200 characters.
   */
  title: string;
}

export interface Upstream {
  /** Where the component is served: the operation’s path is added to it. */
  address: string;
  /** The component's id in the agreement. */
  component: string;
  /** The environment under clause 2.1 that it is in. */
  environment: "test" | "production";
  /** Names it as it is now: what to give as If-Match, so that nothing is replaced that you have not read. */
  etag: string;
  /** Whether the node keeps a secret for it. It is never shown. */
  has_secret: boolean;
  /** The header that carries the secret; absent if there is none. */
  header?: string;
}

export interface UpstreamInputBody {
  /**
   * Where it is served: an absolute address to which the operation's path is added.
   *
   * At least 1 characters; at most 2000 characters.
   */
  address: string;
  /**
   * The header that carries the secret: Authorization, x-api-key.
   *
   * At most 100 characters.
   */
  header?: string;
  /**
   * The header's whole value: Bearer sk-…
   *
   * At most 4000 characters.
   */
  secret?: string;
}

export interface UsageRecord {
  /** As the answer names it. */
  answered_model?: string;
  /** How the tokens are known: stated by the service; estimated from what was delivered, at one for each four bytes of text; the most that they can have been (earlier releases); or not at all, and none are counted. */
  basis?: "stated" | "delivered" | "bound" | "unknown";
  /** Of the request’s body. */
  bytes_in: number;
  /** Of the answer’s body. */
  bytes_out: number;
  /** Of the input, read from a cache. */
  cached_tokens: number;
  /** The class of the data of a call: customer, aggregated or synthetic. */
  class: string;
  /** Under which the node ended the answer before its end. */
  clause?: string;
  /** The caller's own X-Request-Id; nothing makes it unique. */
  client_request_id?: string;
  /**
   * When the answer had ended; absent while it goes on.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  closed?: string;
  /** The component's id in the agreement. */
  component: string;
  /** Whom the caller served, as it named them in Entente-Customer. */
  customer?: string;
  /** The ways in which the call was not as agreed, and passed all the same. */
  deviations?: Array<"request_format" | "response_format" | "undocumented_answer" | "model_mismatch" | "tier_mismatch" | "region_mismatch">;
  /** The provider's service stated more tokens than can be, or than a hard limit left; the counts are what was believed. */
  disputed: boolean;
  /** The environment under clause 2.1 that it is in. */
  environment: "test" | "production";
  /** Nobody stated the tokens; basis says how they were estimated. */
  estimated: boolean;
  /** Microseconds from opened to the first byte of the answer. */
  first_byte_us?: number;
  /** Its id, which never changes. */
  id: string;
  /** All input, cached or not. */
  input_tokens: number;
  /** The tool, resource or prompt that was asked for: its kind, a space and its name, or its kind alone. */
  item?: string;
  /** The key's id. */
  key: string;
  /** As it was asked for. */
  model?: string;
  /** Of an estimate, what the input cannot have exceeded: limits count it. */
  most_input_tokens?: number;
  /** Likewise, the output. */
  most_output_tokens?: number;
  /**
   * When the call was let through.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  opened: string;
  /** What was asked for, as Schedule A names it. */
  operation: string;
  /** Absent while open. */
  outcome?: string;
  /** All output, with reasoning. */
  output_tokens: number;
  /** The consuming party. */
  party: "a" | "b";
  /** The digest of the compiled policy that decided. */
  policy: string;
  /** What a call is for: service, improvement, analytics, training or competitive. */
  purpose: string;
  /** Of the output, reasoning. */
  reasoning_tokens: number;
  /** Likewise. */
  region?: string;
  /** As the answer names it, where Schedule A lists those allowed. */
  service_tier?: string;
  /** How it stands now. */
  state: "open" | "closed" | "interrupted";
  /** The HTTP status that the caller got. */
  status?: number;
  /** Whether the answer came in pieces. */
  stream: boolean;
  /** Calls of tools (MCP) that the service answered. */
  tool_calls: number;
  /** Units of the provider's own (Schedule A). */
  units: number;
  /** SHA-256 of the upstream's own usage object. */
  usage_digest?: string;
  /** The agreement's version that allowed the call and prices it. */
  version: number;
}

export interface Version {
  /** What is signed with it, each by its digest. */
  documents: Array<Document>;
  /**
   * From when it applies, once all have signed.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  effective: string;
  /** The digest that the parties sign. */
  manifest: string;
  /**
   * When it was put before the parties.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  proposed: string;
  /** host: whoever brought the file to the node’s operator. Absent where the ledger does not say. */
  proposed_by?: "a" | "b" | "host";
  /** Who has signed it. */
  signatures: Array<Signature>;
  /** The number of the version, from 1. */
  version: number;
}

export interface WaiveInputBody {
  /**
   * By number: 6.1, C for a schedule.
   *
   * At most 40 characters.
   */
  clause: string;
  /**
   * The component to which it is limited; all, if it is not said.
   *
   * At most 100 characters.
   */
  component?: string;
  /**
   * For what. The other party reads it.
   *
   * At least 1 characters; at most 1000 characters.
   */
  for: string;
  /**
   * At most a year from now.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  until: string;
}

export interface Waiver {
  /** The person's pseudonym. */
  by: string;
  /** The number of the clause under which it stands. */
  clause: string;
  /** Absent: all components. */
  component?: string;
  /**
   * Before its time; absent if it was not.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  ended?: string;
  /** What is set aside, in words. */
  for: string;
  /**
   * When it was given.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  given: string;
  /** Whether it does now. */
  holds: boolean;
  /** Its id, which never changes. */
  id: string;
  /** Who does not insist on the clause. */
  party: "a" | "b";
  /** The components for which the software now refuses nothing under the clause. */
  set_aside_for: Array<string>;
  /** Whether the software keeps the clause, and so respects the waiver; else it stands on the record. */
  software_keeps_clause: boolean;
  /**
   * It ends by itself then.
   *
   * A time: 2026-12-01T09:00:00Z (RFC 3339).
   */
  until: string;
  /** Who has to set the clause aside, too, before it is for all that the waiver names. */
  waits_for?: "a" | "b";
}

export interface WholeCertificateBody {
  /** Those of this page. */
  items: Array<Certificate>;
}

export interface WholeMarginBody {
  /** Those of this page. */
  items: Array<Margin>;
}

export interface WholePasskeyItemBody {
  /** Those of this page. */
  items: Array<PasskeyItem>;
}

export interface WholeUpstreamBody {
  /** Those of this page. */
  items: Array<Upstream>;
}

export type WithdrawInputBody = Record<string, unknown>;

/** What a node can be asked for. */
export interface Operations {
  /**
   * The agreements that you may know of.
   *
   * A person sees their own, the operator all of the node by id, number and stage.
   *
   * For: everybody of the agreement, the node's operator.
   */
  listAgreements(input?: {
    /**
     * next of the page before; from the beginning, if it is not said.
     *
     * At most 200 characters.
     */
    after?: string;
    /**
     * The most to list.
     *
     * At least 1; at most 1000; 100 if it is not said.
     */
    limit?: number;
    /** Only agreements at this stage. */
    stage?: "draft" | "in negotiation" | "signed" | "in force" | "suspended" | "in notice" | "transition" | "customers only" | "ended";
  }, options?: Options): Pages<AgreementLine, PartAgreementLine>;
  /**
   * Open an agreement: a ledger with a first version before the parties.
   *
   * The file is checked; with errors nothing is opened. A person opens an agreement whose clause 7.1 names the address that your party has for them, once and as one who may propose: at most three within a day. It is brought to both parties. The operator opens any. Signatures in the signed package count at once if they verify. The same text a second time opens nothing: its new signatures are added. Another text with a partnership number that one of its parties uses already is refused.
   *
   * For: signatory, legal, the node's operator; what is your own.
   */
  openAgreement(input: {
    body: Proposal;
  }, options?: Writing): Promise<Proposed>;
  /**
   * How an agreement stands.
   *
   * Its stage, the version that binds and the one proposed last, the parties and who signed.
   *
   * For: everybody of the agreement.
   */
  getAgreement(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
  }, options?: Options): Promise<AgreementBody>;
  /**
   * A document of the agreement, byte for byte.
   *
   * The digests are those of the versions and of their signatures.
   *
   * For: everybody of the agreement.
   */
  getDocument(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * sha256: and 64 hexadecimal digits.
     *
     * At most 80 characters.
     */
    digest: string;
  }, options?: Options): Promise<Uint8Array>;
  /**
   * The live fact beside each clause.
   *
   * How each clause is kept (enforced, measured, clocked, evidenced, or text only so far), and how it stands now.
   *
   * For: everybody of the agreement.
   */
  listMargins(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
  }, options?: Options): Promise<WholeMarginBody>;
  /**
   * Put the next version before the parties.
   *
   * It binds no one until both have signed it (clause 13.5). The version proposed last, sent again, is not proposed again: signatures that come with it and are new are added. So a signature made elsewhere reaches the node: by its signatory, or by whoever may propose if the parties signed the version before with the same key.
   *
   * For: signatory, legal, the node's operator.
   */
  proposeVersion(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    body: Proposal;
  }, options?: Writing): Promise<Proposed>;
  /**
   * Give notice of a material breach (clause 12.2).
   *
   * It starts the time to cure.
   *
   * For: signatory, legal; what is of the other party.
   */
  notifyBreach(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    body: BreachInputBody;
  }, options?: Writing): Promise<Standing>;
  /**
   * Say that a breach is cured (clause 12.2).
   *
   * The party that gave notice says so.
   *
   * For: signatory, legal; what is of your party.
   */
  cureBreach(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * The breach's id: brc_…
     *
     * At most 100 characters.
     */
    breach: string;
    body?: CureInputBody;
  }, options?: Writing): Promise<Standing>;
  /**
   * The certifications of clause B.4 and how they stand.
   *
   * One line for each certification that a party is to hold, with the certificate shown last, its last day, and when production closes for want of it.
   *
   * For: everybody of the agreement.
   */
  listCertificates(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
  }, options?: Options): Promise<WholeCertificateBody>;
  /**
   * Show the certificate that your party holds (clause 8.2).
   *
   * It takes the place of the one that was shown before. When a required certificate has expired and its grace is over, production closes for your party's components until you show a new one.
   *
   * For: security; what is of your party.
   */
  recordCertificate(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    body: CertificateInputBody;
  }, options?: Writing): Promise<Certificate>;
  /**
   * Give notice of a material change (clause 12.2).
   *
   * It starts the time to negotiate.
   *
   * For: signatory, legal.
   */
  notifyChange(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    body: ChangeInputBody;
  }, options?: Writing): Promise<Standing>;
  /**
   * Say that the parties have agreed about a material change (clause 12.2).
   *
   * The party that gave notice says so.
   *
   * For: signatory, legal; what is of your party.
   */
  settleChange(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * The notice's id: chg_…
     *
     * At most 100 characters.
     */
    change: string;
    body?: SettleInputBody;
  }, options?: Writing): Promise<Standing>;
  /**
   * The maintenance that was announced (clause C.3), by when it begins.
   *
   * What is to come, what goes on, what is over and what was withdrawn, of both parties' components.
   *
   * For: everybody of the agreement.
   */
  listMaintenance(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * next of the page before; from the beginning, if it is not said.
     *
     * At most 200 characters.
     */
    after?: string;
    /**
     * The most to list.
     *
     * At least 1; at most 1000; 100 if it is not said.
     */
    limit?: number;
    /**
     * Only of this component.
     *
     * At most 100 characters.
     */
    component?: string;
    /** The environment under clause 2.1 that it is in. */
    environment?: "test" | "production";
  }, options?: Options): Pages<Maintenance, PartMaintenance>;
  /**
   * Announce maintenance of a component that your party provides (clause C.3).
   *
   * Announced with the notice that clause C.3 requires, its minutes are left out of service levels, up to the hours that the clause allows in one window. Announced late, it is on record and counts as any other time.
   *
   * For: technical; what is of your party.
   */
  announceMaintenance(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    body: MaintenanceInputBody;
  }, options?: Writing): Promise<Maintenance>;
  /**
   * Withdraw an announcement before the maintenance begins.
   *
   * It counts as never announced: an outage in that time counts against the service level.
   *
   * For: technical; what is of your party.
   */
  withdrawMaintenance(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * The announcement's id: mnt_…
     *
     * At most 100 characters.
     */
    maintenance: string;
    body?: WithdrawInputBody;
  }, options?: Writing): Promise<Maintenance>;
  /**
   * The requirements of clause 2.2 and how they stand.
   *
   * Each with who is responsible, by when it is due, whose confirmations there are, and whether production waits for it.
   *
   * For: everybody of the agreement.
   */
  listMilestones(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
  }, options?: Options): Promise<MilestonesAnswerBody>;
  /**
   * Confirm that a requirement of clause 2.2 is met.
   *
   * The last confirmation completes it, and the last one before production opens production.
   *
   * For: technical; what is of your party.
   */
  completeMilestone(input: {
    /** The agreement's id. */
    id: string;
    /**
     * The requirement's id in clause 2.2.
     *
     * At most 200 characters.
     */
    milestone: string;
    body: CompleteInputBody;
  }, options?: Writing): Promise<MilestoneState>;
  /**
   * Say that a requirement of clause 2.2 is no longer met.
   *
   * If it comes before production, production closes.
   *
   * For: technical.
   */
  reopenMilestone(input: {
    /** The agreement's id. */
    id: string;
    /**
     * The requirement's id in clause 2.2.
     *
     * At most 200 characters.
     */
    milestone: string;
    body: Reasoned;
  }, options?: Writing): Promise<MilestoneState>;
  /**
   * Sign the version last proposed.
   *
   * With statement and signature, a signature that you made with your own key; with the manifest of the version that you have read, the node signs it with your party's key, and the entry says so, where the agreement allows simple electronic signatures. With by_code as well, you sign by a code that was sent to you.
   *
   * For: signatory; what is of your party.
   */
  sign(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    body?: OwnSignature;
  }, options?: Writing): Promise<Signed>;
  /**
   * Have a code sent to you by which you sign.
   *
   * It goes to the e-mail address that the agreement names for you, where the agreement allows simple electronic signatures, and counts once, for ten minutes, with its ticket.
   *
   * For: signatory; what is of your party.
   */
  mailSigningCode(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    body: AskInputBody;
  }, options?: Writing): Promise<MailedCode>;
  /**
   * Suspend a component, or the whole agreement (clause 12.2).
   *
   * Calls to it are refused at once, with the clause, until the party that suspended lifts it.
   *
   * For: signatory, security.
   */
  suspend(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    body: SuspendInputBody;
  }, options?: Writing): Promise<Standing>;
  /**
   * Lift a suspension (clause 12.2).
   *
   * The component all stands for the whole agreement.
   *
   * For: signatory, security; what is of your party.
   */
  resume(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * The component's name, or all.
     *
     * At most 100 characters.
     */
    component: string;
  }, options?: Writing): Promise<Standing>;
  /**
   * End the agreement (Article 12).
   *
   * When it ends follows from its terms.
   *
   * For: signatory.
   */
  terminate(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    body: TerminateInputBody;
  }, options?: Writing): Promise<Standing>;
  /**
   * Where the negotiation stands.
   *
   * The version proposed last, whose turn it is, the clauses on which not both parties stand on its text, and how many comments are open. Both parties get the same. To propose or counter-propose a version is propose-version.
   *
   * For: everybody of the agreement.
   */
  getNegotiation(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
  }, options?: Options): Promise<Negotiation>;
  /**
   * Accept or reject clauses of the version proposed last.
   *
   * It binds no one: only the signatures of both do. What a party has accepted or rejected it need not say again when the same text comes back; to accept a clause on which it stands is refused.
   *
   * For: signatory, legal; what is of the other party.
   */
  answerClauses(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    body: AnswerInputBody;
  }, options?: Writing): Promise<Negotiation>;
  /**
   * What the parties said of clauses.
   *
   * The oldest first, resolved or not.
   *
   * For: everybody of the agreement.
   */
  listComments(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * next of the page before; from the beginning, if it is not said.
     *
     * At most 200 characters.
     */
    after?: string;
    /**
     * The most to list.
     *
     * At least 1; at most 1000; 100 if it is not said.
     */
    limit?: number;
    /**
     * Only those on this clause, by number.
     *
     * At most 40 characters.
     */
    clause?: string;
    /** Only those that are not resolved. */
    open?: boolean;
  }, options?: Options): Pages<Thread, PartThread>;
  /**
   * Comment on a clause, or reply.
   *
   * Both parties read it. With thread it is a reply, and the clause is the thread's.
   *
   * For: signatory, committee, technical, commercial, legal, marketing, security, finance.
   */
  comment(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    body: CommentInputBody;
  }, options?: Writing): Promise<Said>;
  /**
   * Say that a comment is settled.
   *
   * The party that made it says so.
   *
   * For: signatory, committee, technical, commercial, legal, marketing, security, finance; what is of your party.
   */
  resolveComment(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * The comment's id: cmt_…
     *
     * At most 100 characters.
     */
    thread: string;
    body?: ResolveInputBody;
  }, options?: Writing): Promise<Said>;
  /**
   * Who may sign for a signatory.
   *
   * Both parties read it, by when each was given, whether it still counts or not.
   *
   * For: everybody of the agreement.
   */
  listDelegations(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * next of the page before; from the beginning, if it is not said.
     *
     * At most 200 characters.
     */
    after?: string;
    /**
     * The most to list.
     *
     * At least 1; at most 1000; 100 if it is not said.
     */
    limit?: number;
  }, options?: Options): Pages<Delegation, PartDelegation>;
  /**
   * Let a person of your party sign for you.
   *
   * Until a day that you say, and for a reason that both parties read. They sign in any way in which you could, and their statement names you and the entry of the delegation.
   *
   * For: signatory; what is of your party.
   */
  delegateSigning(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    body: DelegateInputBody;
  }, options?: Writing): Promise<Delegation>;
  /**
   * Take a delegation of your party back.
   *
   * What was signed by it before stays signed.
   *
   * For: signatory; what is of your party.
   */
  endDelegation(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * The delegation’s id: del_…
     *
     * At most 100 characters.
     */
    delegation: string;
  }, options?: Writing): Promise<Delegation>;
  /**
   * Your party's private notes.
   *
   * The other party never sees them, and they are in no ledger.
   *
   * For: everybody of the agreement; what is of your party.
   */
  listNotes(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * next of the page before; from the beginning, if it is not said.
     *
     * At most 200 characters.
     */
    after?: string;
    /**
     * The most to list.
     *
     * At least 1; at most 1000; 100 if it is not said.
     */
    limit?: number;
    /**
     * Only those on this clause, by number.
     *
     * At most 40 characters.
     */
    clause?: string;
  }, options?: Options): Pages<Note, PartNote>;
  /**
   * Keep a private note on a clause for your party.
   *
   * It is sealed on the node. The other party never sees it.
   *
   * For: everybody of the agreement; what is of your party.
   */
  keepNote(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    body: NoteInputBody;
  }, options?: Writing): Promise<Note>;
  /**
   * Forget a private note of your party.
   *
   * Its text is deleted. The other party never saw it.
   *
   * For: everybody of the agreement; what is of your party.
   */
  dropNote(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * The note's id: note_…
     *
     * At most 100 characters.
     */
    note: string;
  }, options?: Writing): Promise<Dropped>;
  /**
   * What one version changes against another.
   *
   * The changed terms, and the changed text in Markdown, from the words that were proposed.
   *
   * For: everybody of the agreement.
   */
  getRedline(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * The number of the version that was.
     *
     * At least 1.
     */
    old: number;
    /**
     * The number of the version that is compared with it.
     *
     * At least 1.
     */
    new: number;
  }, options?: Options): Promise<RedlineAnswerBody>;
  /**
   * Decline the version proposed last.
   *
   * It can no longer be signed; the other party proposes another.
   *
   * For: signatory, legal; what is of the other party.
   */
  declineVersion(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    body: CloseInputBody;
  }, options?: Writing): Promise<Negotiation>;
  /**
   * Withdraw the version that your party proposed last.
   *
   * Not once the other party has signed it.
   *
   * For: signatory, legal; what is of your party.
   */
  withdrawVersion(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    body: CloseInputBody;
  }, options?: Writing): Promise<Negotiation>;
  /**
   * Who passed the agreement on, and who asks to (clause 13.3).
   *
   * What waits for consent, what takes effect on a day to come, what has taken effect, and what was refused or withdrawn.
   *
   * For: everybody of the agreement.
   */
  listAssignments(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * next of the page before; from the beginning, if it is not said.
     *
     * At most 200 characters.
     */
    after?: string;
    /**
     * The most to list.
     *
     * At least 1; at most 1000; 100 if it is not said.
     */
    limit?: number;
  }, options?: Options): Pages<Assignment, PartAssignment>;
  /**
   * Pass your party's side of the agreement on (clause 13.3).
   *
   * Where the other party's consent is needed, it has no effect until that is given. From its day only those of your party act whom it names, until an amendment names others.
   *
   * For: signatory; what is of your party.
   */
  assign(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    body: AssignInputBody;
  }, options?: Writing): Promise<Assignment>;
  /**
   * Withdraw an assignment of your party before it takes effect.
   *
   * It never takes effect then. What has taken effect already is not withdrawn but assigned anew.
   *
   * For: signatory; what is of your party.
   */
  withdrawAssignment(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * The assignment's id: asg_…
     *
     * At most 100 characters.
     */
    assignment: string;
  }, options?: Writing): Promise<Assignment>;
  /**
   * Consent to the other party's assignment.
   *
   * It takes effect on its day, or at once if that has come.
   *
   * For: signatory; what is of the other party.
   */
  consentAssignment(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * The assignment's id: asg_…
     *
     * At most 100 characters.
     */
    assignment: string;
    body?: ConsentInputBody;
  }, options?: Writing): Promise<Assignment>;
  /**
   * Refuse the other party's assignment.
   *
   * It does not take effect. The reason stands in the ledger.
   *
   * For: signatory; what is of the other party.
   */
  refuseAssignment(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * The assignment's id: asg_…
     *
     * At most 100 characters.
     */
    assignment: string;
    body: RefuseInputBody;
  }, options?: Writing): Promise<Assignment>;
  /**
   * What the agreement said when.
   *
   * The versions that both parties signed, in the order of signing, with what each changed and for how long it applies; with clause, only what concerns that clause.
   *
   * For: everybody of the agreement.
   */
  getHistory(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * By number: 6.1, C for a schedule, front for the front page.
     *
     * At most 40 characters.
     */
    clause?: string;
  }, options?: Options): Promise<HistoryAnswerBody>;
  /**
   * Side letters.
   *
   * By when they were given.
   *
   * For: everybody of the agreement.
   */
  listLetters(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * next of the page before; from the beginning, if it is not said.
     *
     * At most 200 characters.
     */
    after?: string;
    /**
     * The most to list.
     *
     * At least 1; at most 1000; 100 if it is not said.
     */
    limit?: number;
    /**
     * By number: 6.1, C for a schedule.
     *
     * At most 40 characters.
     */
    clause?: string;
  }, options?: Options): Pages<Letter, PartLetter>;
  /**
   * Put a side letter on record.
   *
   * It binds the party that gives it and changes no clause: an amendment does.
   *
   * For: signatory; what is of your party.
   */
  giveLetter(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    body: GiveInputBody;
  }, options?: Writing): Promise<Letter>;
  /**
   * The text of a side letter.
   *
   * Byte for byte as it was put on record; its digest is in the ledger.
   *
   * For: everybody of the agreement.
   */
  getLetter(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * The letter's id: ltr_…
     *
     * At most 100 characters.
     */
    letter: string;
  }, options?: Options): Promise<string>;
  /**
   * What the parties have set aside.
   *
   * By when it was given, whether it still holds or not.
   *
   * For: everybody of the agreement.
   */
  listWaivers(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * next of the page before; from the beginning, if it is not said.
     *
     * At most 200 characters.
     */
    after?: string;
    /**
     * The most to list.
     *
     * At least 1; at most 1000; 100 if it is not said.
     */
    limit?: number;
    /**
     * By number: 6.1, C for a schedule.
     *
     * At most 40 characters.
     */
    clause?: string;
    /** Only those that hold now. */
    holds?: boolean;
  }, options?: Options): Pages<Waiver, PartWaiver>;
  /**
   * Set a clause aside for a time (clause 13.5).
   *
   * Your party does not insist on what the clause gives it. Where the software keeps the clause for your party, it is not refused until then; where it keeps it for both, both have to set it aside.
   *
   * For: signatory; what is of your party.
   */
  waive(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    body: WaiveInputBody;
  }, options?: Writing): Promise<Waiver>;
  /**
   * End a waiver of your party before its time.
   *
   * The clause is kept again from now on; what was done until then stays done.
   *
   * For: signatory; what is of your party.
   */
  endWaiver(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * The waiver's id: wvr_…
     *
     * At most 100 characters.
     */
    waiver: string;
  }, options?: Writing): Promise<Waiver>;
  /**
   * All agreements that name you, what needs care first.
   *
   * An agreement that names the address which you have shown to read is in it; with a token that was made without showing one, your own agreement alone. Make such a token on your page in the console, having entered by a code. It opens no other agreement than its own: of the others it reads this answer. Conflicts of clause 1.3 are shown to those alone who sit in both agreements.
   *
   * For: everybody of the agreement; what is your own.
   */
  getPortfolio(input?: Record<never, never>, options?: Options): Promise<Folio>;
  /**
   * The gateway keys of both parties, oldest first.
   *
   * Nothing here opens anything: the node keeps a key's digest only.
   *
   * For: everybody of the agreement.
   */
  listKeys(input?: {
    /**
     * next of the page before; from the beginning, if it is not said.
     *
     * At most 200 characters.
     */
    after?: string;
    /**
     * The most to list.
     *
     * At least 1; at most 1000; 100 if it is not said.
     */
    limit?: number;
    /**
     * Your agreement; it may be left out.
     *
     * At most 100 characters.
     */
    agreement?: string;
    /** Only keys that this party holds. */
    party?: "a" | "b";
    /**
     * Only keys to this component.
     *
     * At most 100 characters.
     */
    component?: string;
    /** The environment under clause 2.1 that it is in. */
    environment?: "test" | "production";
    /** How it stands now. */
    state?: "live" | "expired" | "revoked";
  }, options?: Options): Pages<Key, PartKey>;
  /**
   * Issue your party a key for one component, environment and purpose.
   *
   * The secret is shown in this answer only.
   *
   * For: technical; what is of your party.
   */
  issueKey(input: {
    body: IssueInputBody;
  }, options?: Writing): Promise<Key>;
  /**
   * End a key at once.
   *
   * Either party may; for the other party's key there must be a reason.
   *
   * For: technical, security.
   */
  revokeKey(input: {
    /**
     * The key's id: key_…
     *
     * At most 100 characters.
     */
    key: string;
    /**
     * Why; needed for the other party's key.
     *
     * At most 2000 characters.
     */
    reason?: string;
  }, options?: Writing): Promise<Key>;
  /**
   * Where your party's components are served.
   *
   * Addresses and the names of headers, not the secrets: those are never shown again. The other party sees none of it.
   *
   * For: technical; what is of your party.
   */
  listUpstreams(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
  }, options?: Options): Promise<WholeUpstreamBody>;
  /**
   * Forget where your party serves a component.
   *
   * Its secret is deleted. Calls find no upstream from then on; those under way go on. With If-Match it forgets only what you have read.
   *
   * For: technical; what is of your party.
   */
  deleteUpstream(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * The component's name in clause 1.2.
     *
     * At most 100 characters.
     */
    component: string;
    /** The environment under clause 2.1 that it is in. */
    environment: "test" | "production";
  }, options?: Replacing): Promise<Upstream>;
  /**
   * Where your party serves a component, in one environment.
   *
   * With its etag, for If-Match. The secret is not shown.
   *
   * For: technical; what is of your party.
   */
  getUpstream(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * The component's name in clause 1.2.
     *
     * At most 100 characters.
     */
    component: string;
    /** The environment under clause 2.1 that it is in. */
    environment: "test" | "production";
  }, options?: Options): Promise<Upstream>;
  /**
   * Say where your party serves a component.
   *
   * The secret is what the gateway sends in the header. It is sealed on the node and never shown again; neither the ledger nor a log has it. With If-Match it replaces only what you have read.
   *
   * For: technical; what is of your party.
   */
  setUpstream(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * The component's name in clause 1.2.
     *
     * At most 100 characters.
     */
    component: string;
    /** The environment under clause 2.1 that it is in. */
    environment: "test" | "production";
    body: UpstreamInputBody;
  }, options?: Replacing): Promise<Upstream>;
  /**
   * How a call would be decided, without making it.
   *
   * By the key named, or by a key that somebody could have, which has used nothing. Schedule C's limits say what is left now and what the call would hold; nothing is held, and what is left may be gone when the call comes. Whether the node knows where the provider serves the component is asked last. The request itself and the provider's service are not asked.
   *
   * For: everybody of the agreement.
   */
  decide(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    body: DecideInputBody;
  }, options?: Writing): Promise<Decision>;
  /**
   * The service levels of Schedule C, promised and measured.
   *
   * Over the window that goes on now, from the records of real calls, as far as their hours are stated. Failures are told apart by whose doing they were; what Schedule C leaves out is left out: calls of either kind, and the minutes of maintenance that was announced in time. Force majeure is for the parties to claim: minutes of it count as they were. When a window is over and all its use is stated, the node enters in the ledger what it came to, the service credits and the right to leave that follow.
   *
   * For: everybody of the agreement.
   */
  listLevels(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
  }, options?: Options): Promise<LevelsAnswerBody>;
  /**
   * The record of a call, and the proof of it once its hour is stated.
   *
   * The id is the one that the answer to the call bore in Entente-Receipt and Entente-Usage-Id. Keep the receipt: entente verify checks it without a node, and shows a record that was changed since.
   *
   * For: everybody of the agreement.
   */
  getReceipt(input: {
    /**
     * The call's usage id: use_ and 26 letters and digits.
     *
     * At most 40 characters.
     */
    call: string;
  }, options?: Options): Promise<ReceiptAnswerBody>;
  /**
   * Every metered call under the agreement, about in the order in which calls ended.
   *
   * Both parties see the same records: each call is one party's and is served by the other. The order stays as it is. Calls that are still open stand at the end, and come again in their place when they have ended.
   *
   * For: everybody of the agreement.
   */
  listUsage(input?: {
    /**
     * Your agreement; it may be left out.
     *
     * At most 100 characters.
     */
    agreement?: string;
    /** Only calls of this party. */
    party?: "a" | "b";
    /**
     * Only calls of this component.
     *
     * At most 100 characters.
     */
    component?: string;
    /** The environment under clause 2.1 that it is in. */
    environment?: "test" | "production";
    /**
     * Only calls for this customer, as the caller names them.
     *
     * At most 64 characters.
     */
    customer?: string;
    /** What a call is for: service, improvement, analytics, training or competitive. */
    purpose?: "service" | "improvement" | "analytics" | "training" | "competitive";
    /**
     * From this day on, in the agreement's time zone.
     *
     * A day: 2026-12-01.
     */
    from?: string;
    /**
     * To this day, included.
     *
     * A day: 2026-12-01.
     */
    to?: string;
    /**
     * next of the page before; from the beginning, if it is not said.
     *
     * At most 200 characters.
     */
    after?: string;
    /**
     * The most to list.
     *
     * At least 1; at most 1000; 100 if it is not said.
     */
    limit?: number;
  }, options?: Options): Pages<UsageRecord, PartUsageRecord>;
  /**
   * Metered calls added up.
   *
   * By day in the agreement's time zone, component, environment and purpose, or by some of these.
   *
   * For: everybody of the agreement.
   */
  sumUsage(input?: {
    /**
     * Your agreement; it may be left out.
     *
     * At most 100 characters.
     */
    agreement?: string;
    /** Only calls of this party. */
    party?: "a" | "b";
    /**
     * Only calls of this component.
     *
     * At most 100 characters.
     */
    component?: string;
    /** The environment under clause 2.1 that it is in. */
    environment?: "test" | "production";
    /**
     * Only calls for this customer, as the caller names them.
     *
     * At most 64 characters.
     */
    customer?: string;
    /** What a call is for: service, improvement, analytics, training or competitive. */
    purpose?: "service" | "improvement" | "analytics" | "training" | "competitive";
    /**
     * From this day on, in the agreement's time zone.
     *
     * A day: 2026-12-01.
     */
    from?: string;
    /**
     * To this day, included.
     *
     * A day: 2026-12-01.
     */
    to?: string;
    /** What to tell apart; everything, if it is not said. */
    by?: Array<"day" | "component" | "environment" | "purpose"> | null;
  }, options?: Options): Promise<SummaryAnswerBody>;
  /**
   * How a call was decided, clause by clause, and what came of it.
   *
   * By the usage id of a metered call (use_…, from Entente-Usage-Id), or the request id of a refused one (req_…, from Entente-Request-Id). The agreement is read as it was then, and decides again. Refused calls are kept for 30 days; of a burst of more than 200 under an agreement, some are counted only.
   *
   * For: everybody of the agreement.
   */
  explainCall(input: {
    /**
     * The call's usage id: use_ and 26 letters and digits.
     *
     * At most 40 characters.
     */
    call: string;
  }, options?: Options): Promise<Explanation>;
  /**
   * What has happened under an agreement, oldest first.
   *
   * Every event is an entry of the ledger as a CloudEvent 1.0. As `Accept: text/event-stream` the answer goes on with what happens, as server-sent events: each has its id, `Last-Event-ID` goes on behind it, and a sign of life comes every 15 seconds. A stream ends when the token does, or when nothing is read for 10 seconds. A token may have 20 streams at a time.
   *
   * For: everybody of the agreement.
   */
  listEvents(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * next of the page before; from the beginning, if it is not said.
     *
     * At most 200 characters.
     */
    after?: string;
    /**
     * The most to list.
     *
     * At least 1; at most 1000; 100 if it is not said.
     */
    limit?: number;
    /**
     * Only events of these types: entente.term.breach_notified.v1, or entente.term.* for all of an article; several with commas.
     *
     * At most 50.
     */
    type?: Array<string> | null;
  }, options?: Options): Pages<Event, EventsPage>;
  /**
   * What has happened under an agreement, oldest first, and what happens from then on, until the signal of the options ends it.
   *
   * For: everybody of the agreement.
   */
  followEvents(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * next of the page before; from the beginning, if it is not said.
     *
     * At most 200 characters.
     */
    after?: string;
    /**
     * The most to list.
     *
     * At least 1; at most 1000; 100 if it is not said.
     */
    limit?: number;
    /**
     * Only events of these types: entente.term.breach_notified.v1, or entente.term.* for all of an article; several with commas.
     *
     * At most 50.
     */
    type?: Array<string> | null;
  }, options?: Options): AsyncIterable<Event>;
  /**
   * What is due under the agreement, the earliest first.
   *
   * It follows from the terms and from what has happened. What merely ends, such as a term, leaves the list when it has ended.
   *
   * For: everybody of the agreement.
   */
  listDeadlines(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * next of the page before; from the beginning, if it is not said.
     *
     * At most 200 characters.
     */
    after?: string;
    /**
     * The most to list.
     *
     * At least 1; at most 1000; 100 if it is not said.
     */
    limit?: number;
    /** How it stands now. */
    state?: "open" | "late" | "done";
    /** Only those that are yours to keep. */
    yours?: boolean;
  }, options?: Options): Pages<Deadline, PartDeadline>;
  /**
   * Make an address at which a calendar program finds your deadlines.
   *
   * Whoever knows the address sees them, without a token: it is shown in this answer only. It lives 400 days, and ends when you revoke it as any other credential. To renew it, make another and revoke the one before.
   *
   * For: everybody of the agreement; what is your own.
   */
  makeCalendar(input: {
    body: CalendarInputBody;
  }, options?: Writing): Promise<MadeCalendar>;
  /**
   * Deadlines as iCalendar (RFC 5545).
   *
   * `mine.ics` has those that are yours to keep by clause 7.1, `agreement.ics` all of the agreement. Each is an event with alarms; its UID never changes.
   *
   * For: everyone, without a token.
   */
  getCalendar(input: {
    /**
     * The secret part of the address.
     *
     * At most 100 characters.
     */
    address: string;
    /** Which of the two. */
    file: "mine.ics" | "agreement.ics";
  }, options?: Options): Promise<string>;
  /**
   * A table for spreadsheets (CSV) or programs (JSON).
   *
   * `format=csv` is RFC 4180 in UTF-8; a cell that a spreadsheet would take for a formula begins with an apostrophe. `format=json` is a list of objects with the same columns. `usage` is by day, of the last 366 days; `ledger` is the last 10,000 entries.
   *
   * For: everybody of the agreement.
   */
  getTable(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /** Which table. */
    table: "deadlines" | "keys" | "ledger" | "milestones" | "usage";
    /**
     * The form of the table.
     *
     * Csv if it is not said.
     */
    format?: "csv" | "json";
  }, options?: Options): Promise<string>;
  /**
   * How you hear by letter of what you are told.
   *
   * Formal notices, and the clocks that they start, come at once whatever is said here (clause 13.8).
   *
   * For: everybody of the agreement; what is your own.
   */
  getNotificationPreferences(input?: Record<never, never>, options?: Options): Promise<Choices>;
  /**
   * Say how you want to hear by letter of what you are told.
   *
   * All of it stands in list-notifications, whatever is said here; notices come by letter at once all the same.
   *
   * For: everybody of the agreement; what is your own.
   */
  setNotificationPreferences(input: {
    body: Choices;
  }, options?: Writing): Promise<Choices>;
  /**
   * What you are told, the latest first.
   *
   * The acts of the other party, what your party is asked for, and what is due, as far as it is of your roles. See docs/notifications.md for who is told what.
   *
   * For: everybody of the agreement; what is your own.
   */
  listNotifications(input?: {
    /**
     * next of the page before; from the beginning, if it is not said.
     *
     * At most 200 characters.
     */
    after?: string;
    /**
     * The most to list.
     *
     * At least 1; at most 1000; 100 if it is not said.
     */
    limit?: number;
    /** Only what you have not read and is not settled. */
    unread?: boolean;
  }, options?: Options): Pages<Notification, PartNotification>;
  /**
   * Count what you are told as read.
   *
   * Without `id`, all of it.
   *
   * For: everybody of the agreement; what is your own.
   */
  readNotifications(input: {
    body: ReadInputBody;
  }, options?: Writing): Promise<ReadAnswer>;
  /**
   * Your party's webhooks.
   *
   * The other party does not see them.
   *
   * For: technical; what is of your party.
   */
  listWebhooks(input?: {
    /**
     * next of the page before; from the beginning, if it is not said.
     *
     * At most 200 characters.
     */
    after?: string;
    /**
     * The most to list.
     *
     * At least 1; at most 1000; 100 if it is not said.
     */
    limit?: number;
  }, options?: Options): Pages<Hook, PartHook>;
  /**
   * Have events sent to an address.
   *
   * What happens from now on is sent there as Standard Webhooks 1.0: each event as a CloudEvent with `webhook-id`, `webhook-timestamp` and `webhook-signature`, symmetric (v1) and asymmetric (v1a). The secret is shown once. An event is tried ten times over three days, under the same id.
   *
   * For: technical; what is of your party.
   */
  addWebhook(input: {
    body: AddHookInputBody;
  }, options?: Writing): Promise<Shown>;
  /**
   * Send nothing to an address any more.
   *
   * What waits for it is dropped, and its secret is deleted.
   *
   * For: technical; what is of your party.
   */
  removeWebhook(input: {
    /**
     * The webhook's id: whk_…
     *
     * At most 100 characters.
     */
    webhook: string;
  }, options?: Writing): Promise<Removed>;
  /**
   * How the events for a webhook stand, oldest first.
   *
   * What was delivered is forgotten after 30 days.
   *
   * For: technical; what is of your party.
   */
  listDeliveries(input: {
    /**
     * next of the page before; from the beginning, if it is not said.
     *
     * At most 200 characters.
     */
    after?: string;
    /**
     * The most to list.
     *
     * At least 1; at most 1000; 100 if it is not said.
     */
    limit?: number;
    /**
     * The webhook's id: whk_…
     *
     * At most 100 characters.
     */
    webhook: string;
    /** Only those that stand so. */
    state?: "waiting" | "delivered" | "dead";
  }, options?: Options): Pages<Delivery, PartDelivery>;
  /**
   * Send nothing to an address for a time.
   *
   * What happens meanwhile is sent when it is resumed.
   *
   * For: technical; what is of your party.
   */
  pauseWebhook(input: {
    /**
     * The webhook's id: whk_…
     *
     * At most 100 characters.
     */
    webhook: string;
  }, options?: Writing): Promise<Hook>;
  /**
   * Send once more.
   *
   * Without `from`, what could not be delivered; with it, everything from that event on. A webhook that its receiver had ended goes on.
   *
   * For: technical; what is of your party.
   */
  replayWebhook(input: {
    /**
     * The webhook's id: whk_…
     *
     * At most 100 characters.
     */
    webhook: string;
    body: ReplayInputBody;
  }, options?: Writing): Promise<Replayed>;
  /**
   * Send to an address again.
   *
   * What happened meanwhile, and what waited. A webhook that its receiver had ended goes on as well.
   *
   * For: technical; what is of your party.
   */
  resumeWebhook(input: {
    /**
     * The webhook's id: whk_…
     *
     * At most 100 characters.
     */
    webhook: string;
  }, options?: Writing): Promise<Hook>;
  /**
   * Replace a webhook's secret and key.
   *
   * Messages bear the signatures of before, too, for a day.
   *
   * For: technical; what is of your party.
   */
  rotateWebhook(input: {
    /**
     * The webhook's id: whk_…
     *
     * At most 100 characters.
     */
    webhook: string;
  }, options?: Writing): Promise<Rotated>;
  /**
   * Send a test message now, once.
   *
   * It is of the type entente.webhook.test.v1, and is no event.
   *
   * For: technical; what is of your party.
   */
  testWebhook(input: {
    /**
     * The webhook's id: whk_…
     *
     * At most 100 characters.
     */
    webhook: string;
  }, options?: Writing): Promise<Trial>;
  /**
   * The whole ledger with its documents, to be verified elsewhere.
   *
   * entente verify checks it without a node.
   *
   * For: everybody of the agreement.
   */
  getBundle(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
  }, options?: Options): Promise<Uint8Array>;
  /**
   * The entries of the ledger, oldest first.
   *
   * Each with who acted, under which clause, its body as it is signed, and the leaf that the log hashes.
   *
   * For: everybody of the agreement.
   */
  listEntries(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /** The position behind which to go on. */
    after?: string;
    /**
     * The most to list.
     *
     * At least 1; at most 500; 100 if it is not said.
     */
    limit?: number;
    /**
     * Only entries of this type: integration.key_issued/2, or integration.* for all that begin so.
     *
     * At most 100 characters.
     */
    type?: string;
    /**
     * Only entries under this clause, by number: 6.1, C for a schedule.
     *
     * At most 40 characters.
     */
    clause?: string;
    /** Only entries by this party. */
    party?: "a" | "b" | "host";
    /**
     * Only entries by this person, by pseudonym.
     *
     * At most 100 characters.
     */
    actor?: string;
    /**
     * From this day on, in the agreement's time zone.
     *
     * A day: 2026-12-01.
     */
    from?: string;
    /**
     * To this day, included.
     *
     * A day: 2026-12-01.
     */
    to?: string;
  }, options?: Options): Pages<Entry, EntriesAnswerBody>;
  /**
   * The proof that an entry is in the ledger (C2SP tlog-proof).
   *
   * A text that holds the entry's index, the hashes up to the root, and a checkpoint that both parties can verify without the node.
   *
   * For: everybody of the agreement.
   */
  getProof(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * The entry's position, from 0.
     *
     * At least 0.
     */
    n: number;
  }, options?: Options): Promise<string>;
  /**
   * The last checkpoint, signed by the log and cosigned by both parties (C2SP tlog-checkpoint).
   *
   * How many entries the log has and the hash over them, with the signatures. Whoever keeps it notices if the past is changed.
   *
   * For: everybody of the agreement.
   */
  getCheckpoint(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
  }, options?: Options): Promise<string>;
  /**
   * The key with which the log signs checkpoints (C2SP signed-note).
   *
   * One line: name, key id and key. Checkpoints are verified with it.
   *
   * For: everybody of the agreement.
   */
  getLogKey(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
  }, options?: Options): Promise<string>;
  /**
   * Entries as a tile (C2SP tlog-tiles).
   *
   * 256 entries each, or fewer at the log's end. What a tile holds never changes.
   *
   * For: everybody of the agreement.
   */
  getEntriesTile(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * The tile's number as tlog-tiles writes it, for example x001/234 or 000.p/17; slashes are part of it.
     *
     * At most 60 characters.
     */
    tile: string;
  }, options?: Options): Promise<Uint8Array>;
  /**
   * Hashes as a tile (C2SP tlog-tiles).
   *
   * 256 hashes of one level of the log's tree, or fewer at its end. What a tile holds never changes.
   *
   * For: everybody of the agreement.
   */
  getTile(input: {
    /** The agreement's id: agr_ and 16 letters and digits. */
    id: string;
    /**
     * The tile's number as tlog-tiles writes it, for example x001/234 or 000.p/17; slashes are part of it.
     *
     * At most 60 characters.
     */
    tile: string;
    /**
     * The tile's level: 0 to 63.
     *
     * At most 2 characters.
     */
    level: string;
  }, options?: Options): Promise<Uint8Array>;
  /**
   * Confirm a new state of a log that the node follows (C2SP tlog-witness).
   *
   * The answer is the line of the cosignature. 404: the node does not follow the log; 403: the log did not sign; 409, with the size that was confirmed last: old is another; 422: the proof does not show that the log continues; 400: malformed.
   *
   * For: everyone, without a token.
   */
  addCheckpoint(input: {
    body: string;
  }, options?: Options): Promise<string>;
  /**
   * The key that verifies the node's cosignatures (C2SP signed-note).
   *
   * One line: name, key id and key.
   *
   * For: everyone, without a token.
   */
  getWitnessKey(input?: Record<never, never>, options?: Options): Promise<string>;
  /**
   * Make a one-time link by which somebody comes to begin an agreement in the console.
   *
   * They need no agreement on the node yet. Clause 7.1 of what they open has to name the address. The link works once, within seven days; it is shown in this answer only, and whoever has it is taken for whoever has the address.
   *
   * For: the node's operator.
   */
  letBegin(input: {
    body: BeginningInputBody;
  }, options?: Writing): Promise<Beginning>;
  /**
   * Your tokens, links and sessions, oldest first.
   *
   * A person sees their own, the operator those of an agreement. Nothing here opens anything: the node keeps digests only.
   *
   * For: everybody of the agreement, the node's operator; what is your own.
   */
  listCredentials(input?: {
    /**
     * next of the page before; from the beginning, if it is not said.
     *
     * At most 200 characters.
     */
    after?: string;
    /**
     * The most to list.
     *
     * At least 1; at most 1000; 100 if it is not said.
     */
    limit?: number;
    /**
     * The agreement; a person may leave it out, the operator may not.
     *
     * At most 100 characters.
     */
    agreement?: string;
    /** Of which kind it is. */
    kind?: "token" | "link" | "session" | "calendar" | "signer";
    /** How it stands now. */
    state?: "live" | "used" | "expired" | "revoked";
  }, options?: Options): Pages<Credential, PartCredential>;
  /**
   * End a token, link or session at once.
   *
   * A person ends their own, the operator any.
   *
   * For: everybody of the agreement, the node's operator; what is your own.
   */
  revokeCredential(input: {
    /**
     * The credential's id: cred_…
     *
     * At most 100 characters.
     */
    credential: string;
  }, options?: Writing): Promise<Ended>;
  /**
   * Erase what says who a person is.
   *
   * A party's signatory or legal contact has its own people erased, the operator anyone. Nothing that is theirs is kept on the node: the value that the ledger's digest is of, tokens, links, sessions, passkeys. The ledger still verifies; it gets an entry that names the pseudonym alone. Documents that were put before the parties are kept, and say so in the answer. The last signatory of a party is not erased before the agreement has ended.
   *
   * For: signatory, legal, the node's operator; what is of your party.
   */
  erasePerson(input: {
    body: EraseInputBody;
  }, options?: Writing): Promise<Erasure>;
  /**
   * Send a person a one-time link by which they enter the console.
   *
   * It goes to the address that the agreement has for the person, and to nobody else. Each party invites its own people; before anything is signed, and while nobody of the other party has come in, also those who negotiate for it. The link works once, within seven days.
   *
   * For: the node's operator, signatory, committee; what is of your party.
   */
  invitePerson(input: {
    body: InvitationInputBody;
  }, options?: Writing): Promise<Invitation>;
  /**
   * Make a one-time link by which a person enters the console.
   *
   * The link works once, within seven days. It is shown in this answer only.
   *
   * For: the node's operator.
   */
  makeLink(input: {
    body: LinkInputBody;
  }, options?: Writing): Promise<Link>;
  /**
   * Who you are by your token.
   *
   * Your party, your roles under clause 7.1 as the agreement stands, and what this token is for.
   *
   * For: everybody of the agreement, the node's operator; what is your own.
   */
  me(input?: Record<never, never>, options?: Options): Promise<Me>;
  /**
   * Your passkeys, oldest first.
   *
   * A passkey is made and used in a browser, in the console. Nothing here is secret.
   *
   * For: everybody of the agreement; what is your own.
   */
  listPasskeys(input?: Record<never, never>, options?: Options): Promise<WholePasskeyItemBody>;
  /**
   * Remove a passkey of yours at once.
   *
   * What was signed with it stays signed.
   *
   * For: everybody of the agreement; what is your own.
   */
  removePasskey(input: {
    /**
     * The passkey's id: pk_…
     *
     * At most 100 characters.
     */
    passkey: string;
  }, options?: Writing): Promise<PasskeyRemoved>;
  /**
   * Give a passkey of yours another name.
   *
   * The name is for you alone, to tell your passkeys apart.
   *
   * For: everybody of the agreement; what is your own.
   */
  renamePasskey(input: {
    /**
     * The passkey's id: pk_…
     *
     * At most 100 characters.
     */
    passkey: string;
    body: PasskeyNameBody;
  }, options?: Writing): Promise<PasskeyNamed>;
  /**
   * The accounts of your party's programs, oldest first.
   *
   * They act by OAuth 2.0 client credentials; the other party sees none of them.
   *
   * For: everybody of the agreement; what is of your party.
   */
  listServiceAccounts(input?: {
    /**
     * next of the page before; from the beginning, if it is not said.
     *
     * At most 200 characters.
     */
    after?: string;
    /**
     * The most to list.
     *
     * At least 1; at most 1000; 100 if it is not said.
     */
    limit?: number;
    /** How it stands now. */
    state?: "live" | "expired" | "revoked";
  }, options?: Options): Pages<ServiceAccount, PartServiceAccount>;
  /**
   * Make an account for a program of your party.
   *
   * The program is given access tokens for ten minutes at /oauth/token (OAuth 2.0 client credentials; /.well-known/oauth-authorization-server says how). It acts for you, within the scope that you say, as long as the agreement lets you act. It shows who it is by a secret, which this answer alone has, by what it signs with a key of its own, or by the key pair of its TLS connection.
   *
   * For: signatory, committee, technical; what is of your party.
   */
  makeServiceAccount(input: {
    body: MakeInputBody;
  }, options?: Writing): Promise<MadeServiceAccount>;
  /**
   * End an account at once.
   *
   * Its access tokens open nothing from that moment on.
   *
   * For: signatory, committee, technical; what is of your party.
   */
  endServiceAccount(input: {
    /**
     * The account's id: cred_…
     *
     * At most 100 characters.
     */
    account: string;
  }, options?: Writing): Promise<EndedServiceAccount>;
  /**
   * Forget your company's own sign-in.
   *
   * The sessions that it began end at once; tokens and passkeys that their people made stay theirs.
   *
   * For: signatory, committee; what is of your party.
   */
  deleteSignIn(input?: Record<never, never>, options?: Writing): Promise<SignInEnded>;
  /**
   * Your company's own sign-in for its people.
   *
   * The secret is never shown again. The other party sees none of it.
   *
   * For: everybody of the agreement; what is of your party.
   */
  getSignIn(input?: Record<never, never>, options?: Options): Promise<SignIn>;
  /**
   * Let your company's own sign-in (OpenID Connect) open the agreement to its people.
   *
   * It vouches for addresses of the domains that you name, and of these for people of your party in this agreement alone. Register the redirect address that the answer has with the issuer; its ID token must say email and email_verified. The issuer is asked what it is before anything is kept.
   *
   * For: signatory, committee; what is of your party.
   */
  setSignIn(input: {
    body: SignInInputBody;
  }, options?: Writing): Promise<SignIn>;
  /**
   * Let a program of yours sign its requests in place of showing a token.
   *
   * The program keeps an Ed25519 key, and sends each request with a signature over it (HTTP Message Signatures, RFC 9421) and without Authorization. A signature has `keyid`, the public key in base64url, `created`, `expires` at most five minutes later, a `nonce` that is drawn anew, and `tag="entente"`; it covers `@method`, `@authority`, `@path`, `@query`, and of `content-digest`, `content-type` and `idempotency-key` those that are there; a body needs its digest, and a request that may change something its Idempotency-Key. What was signed counts once. Like a token, a signer may be for reading alone, for some parts of the API, and for less than 90 days. It is listed and ended with your credentials.
   *
   * For: everybody of the agreement; what is your own.
   */
  addSigner(input: {
    body: SignerInputBody;
  }, options?: Writing): Promise<Signer>;
  /**
   * Make an API token for a person.
   *
   * A person makes tokens for themselves, the operator for anyone whom an agreement names. A token may be for reading alone, for some parts of the API, and for less than 90 days; it makes none that goes further. Its secret is shown in this answer only.
   *
   * For: everybody of the agreement, the node's operator; what is your own.
   */
  makeToken(input: {
    body: TokenInputBody;
  }, options?: Writing): Promise<Token>;
  /**
   * This document, to be read by people.
   *
   * What holds for all operations, and a list of them.
   *
   * For: everyone, without a token.
   */
  getReference(input?: Record<never, never>, options?: Options): Promise<string>;
  /**
   * The operations of one part of the API, to be read by people.
   *
   * With who may call each, what it takes and answers, and a command that asks for it.
   *
   * For: everyone, without a token.
   */
  getReferencePart(input: {
    /**
     * A part as the document names it: keys, usage.
     *
     * At most 40 characters.
     */
    part: string;
  }, options?: Options): Promise<string>;
  /**
   * Whether the node runs.
   *
   * For a supervisor that starts the node again if it does not answer.
   *
   * For: everyone, without a token.
   */
  livez(input?: Record<never, never>, options?: Options): Promise<Health>;
  /**
   * This document.
   *
   * OpenAPI 3.1, made from the operations as they are served.
   *
   * For: everyone, without a token.
   */
  openapi(input?: Record<never, never>, options?: Options): Promise<string>;
  /**
   * Whether the node can answer.
   *
   * For a load balancer. 503 says why the node should get no work. An agreement that is read-only is named, and keeps the others from nothing.
   *
   * For: everyone, without a token.
   */
  readyz(input?: Record<never, never>, options?: Options): Promise<Health>;
}
