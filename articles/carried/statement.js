// The statements with which the parties sign, in every form: by a key, with a passkey, or by a code sent by e-mail.

const always = ['format', 'manifest', 'party', 'name', 'title', 'authority', 'date', 'key', 'custody'];
const inPDF = ['document_key', 'pdf'];
const forms = {
  'entente-signature/1': { has: always },
  'entente-signature/2': { has: [...always, ...inPDF] },
  'entente-signature/3': { has: [...always, ...inPDF, 'passkey'], custody: 'person' },
  'entente-signature/4': { has: [...always, ...inPDF, 'email'], custody: 'node' },
  'entente-signature/5': { has: [...always, ...inPDF, 'delegated'], further: true },
};
const isDigest = (v) => /^sha256:[0-9a-f]{64}$/.test(v);
const isText = (v) => typeof v === 'string' && v !== '';

// wellStated refuses a statement of a form that nobody ever wrote.
function wellStated({ statement: s, ...beside }) {
  const { has, custody, further } = forms[s.format];
  const by = further ? ['passkey', 'email'].filter((name) => s[name] !== undefined) : [];
  const due = custody ?? { passkey: 'person', email: 'node' }[by[0]];
  const ledger = has.includes('pdf') && s.ledger !== undefined ? ['ledger'] : [];
  if (!members(s, ...has, ...by, ...ledger) || by.length > 1 || (due && due !== s.custody)) refuse(`a statement of the form ${s.format} lacks what belongs to it, or has more`);
  if (s.pdf && !(isDigest(s.pdf) && isText(s.document_key))) refuse('it does not name the PDF, or the key that signs it');
  const kept = ['signature', ...(s.pdf ? ['pdf_signature'] : []), ...(s.passkey ? ['assertion'] : [])];
  if (!members(beside, ...kept)) refuse('what the statement rests on is not beside it, or there is more');
  for (const from of [s.passkey, s.email].filter(Boolean)) {
    if (!isDigest(from.address) || !isDigest(from.agent) || !isText(from.nonce)) refuse('it does not say by salted digests from where the signer came');
  }
  if (s.passkey && !(members(s.passkey, 'key', 'origin', 'nonce', 'address', 'agent') && members(beside.assertion, 'authenticator_data', 'client_data', 'signature'))) refuse('what it says of the passkey is not whole');
  const d = s.delegated;
  if (d && !(members(d, 'by', 'title', 'delegation', 'entry') && isText(d.by) && isText(d.title) && isText(d.delegation) && Number.isSafeInteger(d.entry) && d.entry > 0)) refuse('it does not say for whom it is');
  if (s.email && !members(s.email, 'mailbox', 'sent', 'consent', 'origin', 'nonce', 'address', 'agent')) refuse('what it says of the code is not whole');
}

const personOf = (terms, s, name, title) => terms.governance.people.find((p) => p.party === s.party && p.name === name && p.title === title);

// signatory refuses who signs, or for whom somebody signs, if the terms do not name them.
function signatory(s, terms) {
  const [name, title] = s.delegated ? [s.delegated.by, s.delegated.title] : [s.name, s.title];
  if (!personOf(terms, s, name, title)?.roles.includes('signatory')) refuse(`clause 7.1 does not name ${name}, ${title}, as signatory of ${label(s.party)}`);
  if (!personOf(terms, s, s.name, s.title)) refuse(`clause 7.1 does not name ${s.name}, ${s.title}, of ${label(s.party)}`);
}

// byCode refuses a statement of a code that the terms do not let stand.
function byCode(s, terms) {
  const who = personOf(terms, s, s.name, s.title);
  if (terms.general.signatures?.simple !== true) refuse('the version allows no simple electronic signatures');
  if (!isText(s.email.consent)) refuse('the signer agreed to nothing');
  if (who.email !== s.email.mailbox) refuse(`the code was sent to ${s.email.mailbox}, and clause 7.1 names another address for ${s.name}`);
}

// signedBy says in words by what somebody signed.
function signedBy(s, named) {
  const of = s.delegated ? `, for ${s.delegated.by}, ${s.delegated.title}, who delegated it by entry ${s.delegated.entry}` : '';
  const who = `${s.name}, ${s.title}${of}, signed on ${moment(s.date)} with `;
  if (s.passkey) return `${who}${named ?? `key ${passkeyName(base64(s.passkey.key))}`}, by which their device confirmed this statement at ${s.passkey.origin}.`;
  const how = `${who}${named ?? `key ${s.key}, which was in the hands of ${held[s.custody]}`}`;
  return s.email ? `${how}: a simple electronic signature. The node says that a code that it sent to ${s.email.mailbox} came back, and that the signer agreed; that it was this person rests on the node’s word, and on who reads that mailbox.` : `${how}.`;
}

// judgeSignature says whether a party signed a version. Earlier are the statements of the version that were read before
// this one.
async function judgeSignature(title, entry, version, terms, shelf, earlier, known) {
  const subject = `${title}: The signature of ${label(entry.party)}`;
  try {
    const signed = exact(shelf.content(entry.documents[0].digest));
    const s = signed.statement;
    if (!Object.hasOwn(forms, s.format)) return unchecked(subject, 'Its statement is of a form that this page does not know; entente verify does.');
    wellStated(signed);
    const key = publicKey(s.key);
    if (!(await verified(key.bytes, framed('entente-signature-v1', canonical(s)), base64(signed.signature, 64)))) return bad(subject, 'The signature does not verify.');
    if (s.manifest !== version.manifest || entry.manifest !== version.manifest) return bad(subject, 'It is for another version of the agreement.');
    if (s.party !== entry.party) return bad(subject, `It is a signature of ${label(s.party)}.`);
    if (earlier.some((o) => o.key === s.key || (s.passkey && o.passkey?.key === s.passkey.key))) return bad(subject, 'Both parties signed with one key.');
    earlier.push(s);
    const pinned = terms.parties[entry.party].signing_key;
    if (pinned && pinned !== s.key) return bad(subject, 'The key is not the one that the agreement names for the party.');
    if (s.passkey) await confirmed(base64(s.passkey.key), signed.assertion, s.passkey.origin, sha256(framed('entente-passkey-signature-v1', canonical(s))));
    if (s.email || s.delegated) signatory(s, terms);
    if (s.email) byCode(s, terms);
    const signer = s.passkey ? passkeyName(base64(s.passkey.key)) : s.key;
    if (known[entry.party] && known[entry.party] !== signer) return bad(subject, `It was made with ${signer}, and you know ${known[entry.party]}.`);
    return good(subject, signedBy(s, known[entry.party] && 'the key that you named'));
  } catch (err) {
    if (err instanceof Lacking) return unchecked(subject, 'The passkey’s confirmation: this browser has no Web Crypto; entente verify checks it.');
    return bad(subject, `It does not hold: ${err.message}.`);
  }
}

// judgeDelegation says of a signature that was given for another whether the ledger let it be.
function judgeDelegation(title, signature, shelf, entries) {
  let s;
  try {
    s = exact(shelf.content(signature.documents[0].digest)).statement;
  } catch {
    return []; // judgeSignature has said so
  }
  if (!s.delegated) return [];
  const subject = `${title}: For whom ${s.name} signed`;
  const given = entries.find((e) => e.n === s.delegated.entry && e.type === 'agreement.signing_delegated/1')?.body;
  const ended = entries.find((e) => e.n < signature.n && e.type === 'agreement.delegation_ended/1' && e.body.id === given?.id);
  const lets = given && !ended && given.id === s.delegated.delegation && given.party === signature.party && given.to === signature.signer && Date.parse(signature.time) < Date.parse(given.until) && s.delegated.entry < signature.n;
  if (!lets) return [bad(subject, `The ledger has no delegation by which ${s.name} could sign.`)];
  return [good(subject, `For ${s.delegated.by}, ${s.delegated.title}, who delegated it by entry ${s.delegated.entry} of the ledger. It counted when it was signed.`)];
}
