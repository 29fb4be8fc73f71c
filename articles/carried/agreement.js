// What the entries bind: the documents, each version of the agreement, and who signed it.

const label = (party) => `Party ${String(party).toUpperCase()}`;
const held = { node: 'its node', person: 'a person', party: 'the party itself' };
const day = (t) => new Date(t).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
const moment = (t) => `${day(t)}, ${new Date(t).toISOString().slice(11, 19)} UTC`;
const counted = (n, one, many) => `${n} ${n === 1 ? one : many}`;

const good = (subject, why) => ({ subject, ok: true, why });
const bad = (subject, why) => ({ subject, ok: false, why });
const unchecked = (subject, why) => ({ subject, ok: null, why });

// A shelf is the documents of the page by their digests, each hashed once.
class Shelf {
  #kept = new Map();

  constructor(documents) {
    for (const d of documents) {
      const bytes = d.data === null ? null : base64(d.data);
      this.#kept.set(d.digest, { ...d, bytes, whole: bytes === null ? null : digest(bytes) === d.digest });
    }
  }

  all() {
    return [...this.#kept.values()];
  }

  get(name) {
    return this.#kept.get(name);
  }

  // content is the bytes of a document that is there and whole.
  content(name) {
    const d = this.get(name);
    if (!d?.whole) throw new Error(d?.whole === null ? 'it is too large for this page' : 'it is missing, or was changed');
    return d.bytes;
  }
}

// judgeDocuments compares the documents with what signed entries say of them.
function judgeDocuments(references, shelf) {
  const named = grouped(references);
  const verdicts = [];
  for (const [of, all] of named) {
    const d = shelf.get(of);
    const subject = `Document “${all[0].name}” of entry ${all[0].entry}`;
    const v = { subject, document: d, name: all[0].name };
    if (!d && all.every((r) => r.erasable)) verdicts.push({ ...v, ...good(subject, 'It was erased, as the entry allows; its digest remains on record.') });
    else if (!d) verdicts.push({ ...v, ...bad(subject, `It is missing. Its digest is ${of}.`) });
    else if (d.whole === null) verdicts.push({ ...v, ...unchecked(subject, 'It is too large for this page; it stands in the bundle, under its digest.') });
    else if (!d.whole) verdicts.push({ ...v, ...bad(subject, 'It was changed: it is not the document that the signed entry refers to.') });
    else if (all.some((r) => r.media_type !== d.media_type)) verdicts.push({ ...v, ...bad(subject, `It is presented as ${d.media_type}, but the signed entry says ${all[0].media_type}.`) });
    else verdicts.push({ ...v, ...good(subject, 'It is present and unaltered.') });
  }
  for (const d of shelf.all()) {
    if (!named.has(d.digest)) verdicts.push(bad(`Document ${d.digest}`, 'No signed entry refers to it: nothing shows that it belongs to the agreement.'));
  }
  return verdicts;
}

function grouped(references) {
  const out = new Map();
  for (const r of references) out.set(r.digest, [...(out.get(r.digest) ?? []), r]);
  return out;
}

// versionsOf are the versions that the entries propose, each with the entries by which it was signed.
function versionsOf(entries) {
  const all = new Map();
  for (const e of entries) {
    if (/^agreement\.proposed\/[12]$/.test(e.type)) all.set(e.body.version, { ...e.body, signatures: [] });
    if (e.type === 'agreement.signed/1') all.get(e.body.version)?.signatures.push({ ...e.body, n: e.n, time: e.time });
  }
  return [...all.values()];
}

const parts = { 'terms.json': ['The terms', 'terms'], 'wording.json': ['The wording', 'wording'], 'agreement.md': ['The wording as Markdown', 'markdown'], 'agreement.pdf': ['The PDF', 'pdf'] };

// judgeVersion says of a version whether everything that its manifest stands for is there, and who signed it; with
// its terms, as far as they can be read.
async function judgeVersion(v, shelf, known, entries) {
  const title = `Version ${v.version}`;
  let manifest;
  let terms;
  try {
    const of = v.documents.find((d) => d.name === 'manifest.json').digest;
    if (of !== v.manifest) return { verdicts: [bad(title, `Its manifest is ${of}, the ledger says ${v.manifest}.`)] };
    manifest = exact(shelf.content(of));
    terms = exact(shelf.content(manifest.terms));
  } catch (err) {
    return { verdicts: [bad(title, `Its manifest or its terms cannot be read: ${err.message}.`)] };
  }
  if (!['entente-manifest/1', 'entente-manifest/2'].includes(manifest.format)) return { verdicts: [unchecked(title, 'Its manifest is of a form that this page does not know; entente verify does.')] };
  const verdicts = v.documents.flatMap((d) => {
    const [subject, member] = parts[d.name] ?? [];
    if (subject) return [matches(`${title}: ${subject}`, d.digest, manifest[member], shelf)];
    const name = d.name.startsWith('attachment: ') && d.name.slice(12);
    return name ? [matches(`${title}: The attachment “${name}”`, d.digest, manifest.attachments.find((a) => a.name === name)?.digest, shelf)] : [];
  });
  const there = new Set(v.documents.map((d) => d.digest));
  for (const [subject, member] of Object.values(parts)) {
    if (manifest[member] && !there.has(manifest[member])) verdicts.push(bad(`${title}: ${subject}`, 'The manifest names it, and it is not among what was proposed.'));
  }
  for (const a of manifest.attachments) if (!there.has(a.digest)) verdicts.push(bad(`${title}: The attachment “${a.name}”`, 'The manifest names it, and it is not among what was proposed.'));
  const earlier = [];
  for (const s of v.signatures) verdicts.push(await judgeSignature(title, s, v, terms, shelf, earlier, known), ...judgeDelegation(title, s, shelf, entries));
  const missing = ['a', 'b'].filter((p) => !v.signatures.some((s) => s.party === p));
  if (missing.length > 0) verdicts.push(good(title, `It was proposed and has ${v.signatures.length} of 2 signatures: it does not bind.`));
  return { verdicts, terms };
}

function matches(subject, is, wanted, shelf) {
  if (is !== wanted) return bad(subject, `The manifest says ${wanted ?? 'nothing of it'}, the ledger has ${is}.`);
  const d = shelf.get(is);
  if (d?.whole === null) return unchecked(subject, 'It is too large for this page.');
  return d?.whole ? good(subject, `As the manifest says, ${is}.`) : bad(subject, 'It is missing, or a byte has changed since it was signed.');
}

// judged is every verdict, in groups. Known are keys that the reader has from elsewhere.
async function judged(data, known = {}) {
  const report = await audited(data);
  const shelf = new Shelf(data.documents);
  const { opening, held: keys } = report.keys;
  const ledger = report.findings.map(([where, what]) => bad(`The ledger, ${where}`, `${what[0].toUpperCase()}${what.slice(1)}.`));
  if (data.entries.length === 0) ledger.push(bad('The ledger', 'It has no entries.'));
  else if (ledger.length === 0) ledger.push(good('The ledger', `All ${data.entries.length} entries are intact, in order and signed; nothing was changed, added or removed.`));
  if (opening) {
    const listed = [opening.log, opening.witness.a, opening.witness.b].map((k) => k.text);
    ledger.push(canonical(listed) === canonical(data.keys) ? good('The keys of the log and the witnesses', 'The list of keys is the one that the first entry names.') : bad('The keys of the log and the witnesses', 'The list of keys is not the one that the first entry names.'));
    if (known.log) ledger.push(known.log === opening.log.text ? good('The key of the log', 'It is the key that you named.') : bad('The key of the log', `The first entry names ${opening.log.text}, and you know another.`));
    for (const k of keys) {
      const until = k.until === Infinity ? '' : `, until entry ${k.until - 1} revoked it`;
      ledger.push(good(`Signed by ${called(k.party)}`, `${counted(report.signed.get(k.id) ?? 0, 'entry', 'entries')} with key ${k.text}, held by ${held[k.custody]}${until}.`));
    }
    ledger.push(...confirmations(data, report));
  }
  const versions = [];
  let terms = null; // of the last version that both signed
  for (const v of versionsOf(report.entries)) {
    const judgement = await judgeVersion(v, shelf, known, report.entries);
    versions.push(...judgement.verdicts);
    if (v.signatures.length === 2 && judgement.terms) terms = judgement.terms;
  }
  if (versions.length === 0) versions.push(unchecked('The agreement', 'No version was proposed in this ledger.'));
  return { report, terms, versions, ledger, documents: judgeDocuments(report.documents, shelf) };
}

// confirmations say how far the host and the parties vouch for the ledger.
function confirmations(data, { checkpoints, keys: { opening } }) {
  const size = data.entries.length;
  const last = checkpoints.at(-1)?.size ?? 0;
  const host = 'Confirmed by the host';
  const verdicts = [last === size ? good(host, `The host's checkpoint covers all ${size} entries.`) : bad(host, `The host's last checkpoint covers ${last} of ${size} entries; the rest is not confirmed.`)];
  for (const p of ['a', 'b']) {
    const { name } = opening.witness[p];
    const subject = `Confirmed by ${called(p)}`;
    const c = checkpoints.findLast((c) => c.by.has(name));
    if (!c) verdicts.push(bad(subject, `${name} cosigned nothing here: for its completeness there is only the host's word.`));
    else if (c.size === size) verdicts.push(good(subject, `${name} cosigned all ${size} entries on ${moment(c.by.get(name))}.`));
    else verdicts.push(bad(subject, `${name} cosigned the first ${c.size} of ${size} entries on ${moment(c.by.get(name))}, and not yet the rest.`));
  }
  return verdicts;
}
