// The statements with which the parties sign, in every form: by a key, with a passkey, or by a code sent by e-mail.

const always = ['format', 'manifest', 'party', 'name', 'title', 'authority', 'date', 'key', 'custody'];
const inPDF = ['document_key', 'pdf'];
const forms = {
  'entente-signature/1': { has: always },
  'entente-signature/2': { has: [...always, ...inPDF] },
  'entente-signature/3': { has: [...always, ...inPDF, 'passkey'], custody: 'person' },
  'entente-signature/4': { has: [...always, ...inPDF, 'email'], custody: 'node' },
};
const isDigest = (v) => /^sha256:[0-9a-f]{64}$/.test(v);
const isText = (v) => typeof v === 'string' && v !== '';

// wellStated refuses a statement of a form that nobody ever wrote.
function wellStated({ statement: s, ...beside }) {
  const form = forms[s.format];
  const has = form.has.includes('pdf') && s.ledger !== undefined ? [...form.has, 'ledger'] : form.has;
  if (!members(s, ...has) || (form.custody && form.custody !== s.custody)) refuse(`a statement of the form ${s.format} lacks what belongs to it, or has more`);
  if (s.pdf && !(isDigest(s.pdf) && isText(s.document_key))) refuse('it does not name the PDF, or the key that signs it');
  const kept = ['signature', ...(s.pdf ? ['pdf_signature'] : []), ...(s.passkey ? ['assertion'] : [])];
  if (!members(beside, ...kept)) refuse('what the statement rests on is not beside it, or there is more');
  for (const from of [s.passkey, s.email].filter(Boolean)) {
    if (!isDigest(from.address) || !isDigest(from.agent) || !isText(from.nonce)) refuse('it does not say by salted digests from where the signer came');
  }
  if (s.passkey && !(members(s.passkey, 'key', 'origin', 'nonce', 'address', 'agent') && members(beside.assertion, 'authenticator_data', 'client_data', 'signature'))) refuse('what it says of the passkey is not whole');
  if (s.email && !members(s.email, 'mailbox', 'sent', 'consent', 'origin', 'nonce', 'address', 'agent')) refuse('what it says of the code is not whole');
}

// byCode refuses a statement of a code that the terms do not let stand.
function byCode(s, terms) {
  const who = terms.governance.people.find((p) => p.party === s.party && p.name === s.name && p.title === s.title);
  if (!who?.roles.includes('signatory')) refuse(`clause 7.1 does not name ${s.name}, ${s.title}, as signatory of ${label(s.party)}`);
  if (terms.general.signatures?.simple !== true) refuse('the version allows no simple electronic signatures');
  if (!isText(s.email.consent)) refuse('the signer agreed to nothing');
  if (who.email !== s.email.mailbox) refuse(`the code was sent to ${s.email.mailbox}, and clause 7.1 names another address for ${s.name}`);
}

// signedBy says in words by what somebody signed.
function signedBy(s, named) {
  const who = `${s.name}, ${s.title}, signed on ${moment(s.date)} with `;
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
    if (s.email) byCode(s, terms);
    const signer = s.passkey ? passkeyName(base64(s.passkey.key)) : s.key;
    if (known[entry.party] && known[entry.party] !== signer) return bad(subject, `It was made with ${signer}, and you know ${known[entry.party]}.`);
    return good(subject, signedBy(s, known[entry.party] && 'the key that you named'));
  } catch (err) {
    if (err instanceof Lacking) return unchecked(subject, 'The passkey’s confirmation: this browser has no Web Crypto; entente verify checks it.');
    return bad(subject, `It does not hold: ${err.message}.`);
  }
}
