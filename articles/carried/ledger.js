// The ledger: entries, whose signatures count, the tree, and who confirmed it (docs/ledger-format.md).

// canonical is a value as JSON in its one form (RFC 8785).
function canonical(v) {
  if (Array.isArray(v)) return `[${v.map(canonical).join(',')}]`;
  if (v === null || typeof v !== 'object') return JSON.stringify(v);
  return `{${Object.keys(v).sort().map((k) => `${JSON.stringify(k)}:${canonical(v[k])}`).join(',')}}`;
}

// exact reads JSON that is in its one form, so that no byte of it says nothing.
function exact(bytes) {
  const text = read(bytes);
  const value = JSON.parse(text);
  if (canonical(value) !== text) throw new Error('it is not in canonical form: its bytes are not those that were sealed');
  return value;
}

const framed = (domain, text) => utf8.encode(`${domain}\0${text}`);
const isObject = (v) => v !== null && typeof v === 'object' && !Array.isArray(v);
const members = (v, ...names) => isObject(v) && canonical(Object.keys(v).sort()) === canonical(names.sort());

// publicKey reads "ed25519:" and base64; it has an id, by which entries name it.
function publicKey(text) {
  if (typeof text !== 'string' || !text.startsWith('ed25519:')) throw new Error('a public key is missing');
  const bytes = base64(text.slice(8), 32);
  if (isWeak(bytes)) throw new Error('a public key is weak: anyone could sign with it');
  return { text, bytes, id: hex(sha256(bytes).slice(0, 8)) };
}

// verifierKey reads a key of a log (kind 1) or of a witness (kind 4) as signed-note writes it.
function verifierKey(text, kind) {
  const [, name, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? [];
  if (!name) throw new Error('a verifier key is not written as name, id and key');
  const raw = base64(encoded, 33);
  if (raw[0] !== kind || isWeak(raw.slice(1))) throw new Error(`the key of ${name} is of another kind, or weak`);
  if (id !== hex(sha256(join(utf8.encode(`${name}\n`), raw)).slice(0, 4))) throw new Error(`the key of ${name} has another id`);
  return { text, name, id, kind, bytes: raw.slice(1) };
}

const custodies = ['node', 'person', 'party'];

// opened reads the first entry: which keys count.
function opened(entry) {
  const b = entry.body;
  if (entry.type !== 'ledger.opened/1' || entry.party !== 'host' || entry.custody !== 'node') throw new Error('it is not the opening of a ledger by the host');
  if (!members(b, 'origin', 'host', 'log', 'parties') || !members(b.parties, 'a', 'b')) throw new Error('the opening lacks a key');
  const keys = { origin: b.origin, host: publicKey(b.host), log: verifierKey(b.log, 1), witness: {}, entries: {} };
  for (const p of ['a', 'b']) {
    if (!members(b.parties[p], 'entries', 'witness', 'custody') || !custodies.includes(b.parties[p].custody)) throw new Error(`the opening lacks a key of party ${p.toUpperCase()}`);
    keys.entries[p] = { ...publicKey(b.parties[p].entries), custody: b.parties[p].custody };
    keys.witness[p] = verifierKey(b.parties[p].witness, 4);
  }
  const all = [keys.host, keys.log, keys.entries.a, keys.entries.b, keys.witness.a, keys.witness.b].map((k) => hex(k.bytes));
  if (new Set(all).size !== all.length || keys.witness.a.name === keys.witness.b.name) throw new Error('two purposes have one key');
  if (keys.log.name !== b.origin || !b.origin.endsWith(`/${entry.agreement}`)) throw new Error("the log's name is not that of the agreement");
  return keys;
}

const names = ['v', 'agreement', 'clause', 'type', 'time', 'party', 'actor', 'custody', 'key', 'body'];
const media = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+(; ?[a-z0-9_-]+=[A-Za-z0-9._-]+)*$/;

// wellFormed refuses an entry that is not complete.
function wellFormed(e) {
  if (!members(e, ...names) || e.v !== 1 || !isObject(e.body)) throw new Error('it is not an entry of a form that this page knows');
  if (!/^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\/[1-9][0-9]{0,3}$/.test(e.type)) throw new Error('its type is not written like one');
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(e.time) || Number.isNaN(Date.parse(e.time))) throw new Error('its time is not written like one');
  if (!['a', 'b', 'host'].includes(e.party) || !custodies.includes(e.custody) || !e.actor) throw new Error('it does not say who acted');
  if (e.clause === '' && !e.type.startsWith('ledger.')) throw new Error('it names no clause');
  for (const d of e.body.documents ?? []) {
    if (!isObject(d) || !d.name || !media.test(d.media_type) || !/^sha256:[0-9a-f]{64}$/.test(d.digest)) throw new Error('a document of it lacks a name, a type or a digest');
  }
}

// A keyring knows which key may sign for which party at which position.
class Keyring {
  held = [];

  open(keys) {
    this.opening = keys;
    this.held = [{ ...keys.host, party: 'host', custody: 'node', from: 0 }, { ...keys.entries.a, party: 'a', from: 1 }, { ...keys.entries.b, party: 'b', from: 1 }];
    for (const k of this.held) k.until = Infinity;
  }

  signer(position, entry, id) {
    const k = this.held.find((k) => k.id === id);
    if (!k || k.party !== entry.party || position < k.from || position >= k.until) throw new Error(`its key ${id} may not sign here for ${called(entry.party)}`);
    if (k.custody !== entry.custody) throw new Error('it says that its key is in other hands than the ledger says');
    return k;
  }

  follow(position, { type, party, body }) {
    if (!type.startsWith('ledger.')) return;
    if (body.party !== party) throw new Error('it is about a key of another party');
    if (type === 'ledger.key_added/1') {
      const key = publicKey(body.key);
      const o = this.opening;
      const taken = [...this.held, o.log, o.witness.a, o.witness.b].some((k) => same(k.bytes, key.bytes));
      if (taken || !custodies.includes(body.custody)) throw new Error('the key that it adds is in use, or nobody holds it');
      this.held.push({ ...key, party, custody: body.custody, from: position + 1, until: Infinity });
    } else if (type === 'ledger.key_revoked/1') {
      const left = this.held.filter((k) => k.party === party && k.until === Infinity);
      const gone = left.find((k) => k.id === body.key);
      if (!gone || left.length < 2) throw new Error('it revokes a key that is not valid, or the last one of its party');
      gone.until = position + 1;
    } else {
      throw new Error(`${type} is not known to this page, and may say whose signatures count`);
    }
  }
}

const called = (party) => (party === 'host' ? 'the host' : `party ${party.toUpperCase()}`);

// A tree is the Merkle tree of RFC 6962 over leaves; what is whole of it is hashed once.
class Tree {
  levels = [[]];

  add(leaf) {
    let node = sha256(join([0], leaf));
    for (let level = 0; ; level++) {
      this.levels[level] ??= [];
      this.levels[level].push(node);
      if (this.levels[level].length % 2 === 1) return;
      node = sha256(join([1], ...this.levels[level].slice(-2)));
    }
  }

  // root is the hash of the first leaves.
  root(size) {
    let node = null;
    for (let level = 0, rest = size; rest > 0; level++, rest = Math.floor(rest / 2)) {
      if (rest % 2 === 0) continue;
      const whole = this.levels[level][rest - 1];
      node = node ? sha256(join([1], whole, node)) : whole;
    }
    return node ?? sha256(new Uint8Array());
  }
}

// checkpoint reads a signed checkpoint and verifies every signature under it.
async function checkpoint(bytes, log, witnesses) {
  const whole = read(bytes);
  const cut = whole.indexOf('\n\n');
  const text = whole.slice(0, cut + 1);
  const [origin, size, encoded, ...more] = text.split('\n');
  if (cut < 0 || !whole.endsWith('\n') || canonical(more) !== '[""]' || !/^(0|[1-9]\d{0,14})$/.test(size)) throw new Error('it is not a signed checkpoint');
  const c = { size: Number(size), root: base64(encoded, 32), by: new Map(), signed: false };
  const seen = new Set();
  for (const line of whole.slice(cut + 2, -1).split('\n')) {
    const [, name, signature] = /^— (\S+) (\S+)$/.exec(line) ?? [];
    if (!name) throw new Error('a line under it is no signature');
    const raw = base64(signature);
    const id = hex(raw.slice(0, 4));
    const key = [log, ...witnesses].find((k) => k.name === name && k.id === id);
    if (!key) throw new Error(`it bears a signature by ${name}, whose key nobody has named`);
    if (seen.has(name + id)) throw new Error(`${name} signed it twice`);
    seen.add(name + id);
    const stamp = key.kind === 4 ? new DataView(raw.buffer, 4, 8).getBigUint64(0) : null;
    const message = stamp === null ? text : `cosignature/v1\ntime ${stamp}\n${text}`;
    if (!(await verified(key.bytes, utf8.encode(message), raw.slice(stamp === null ? 4 : 12)))) throw new Error(`the signature of ${name} does not fit it`);
    if (stamp === null) c.signed = true;
    else c.by.set(name, new Date(Number(stamp) * 1000));
  }
  if (!c.signed || origin !== log.name) throw new Error(`it is not signed by the log ${log.name}`);
  return c;
}

// audited is what the entries and checkpoints come to: the entries that hold, and a finding for each that does not.
async function audited(data) {
  const out = { entries: [], documents: [], findings: [], checkpoints: [], keys: new Keyring(), signed: new Map() };
  const tree = new Tree();
  let last = '';
  for (const [n, encoded] of data.entries.entries()) {
    try {
      const bytes = base64(encoded);
      tree.add(bytes);
      const leaf = exact(bytes);
      const e = leaf.entry;
      if (!members(leaf, 'entry', 'key', 'signature')) throw new Error('it is not an entry with its signature');
      wellFormed(e);
      if (n === 0) out.keys.open(opened(e));
      if (!out.keys.opening) throw new Error('it cannot be judged, because the first entry cannot be read');
      const signer = out.keys.signer(n, e, leaf.key);
      if (!(await verified(signer.bytes, framed('entente-entry-v1', canonical(e)), base64(leaf.signature, 64)))) throw new Error(`the signature of key ${leaf.key} does not fit the entry: one of the two was changed`);
      if (n > 0) out.keys.follow(n, e);
      if (e.agreement !== data.agreement) throw new Error(`it belongs to agreement ${e.agreement}`);
      if (e.time < last) throw new Error('its time is before that of an earlier entry');
      last = e.time;
      out.signed.set(leaf.key, (out.signed.get(leaf.key) ?? 0) + 1);
      out.entries.push({ n, ...e });
      for (const d of e.body.documents ?? []) out.documents.push({ ...d, entry: n });
    } catch (err) {
      out.findings.push([`entry ${n}`, err.message]);
    }
  }
  const { opening } = out.keys;
  for (const [n, encoded] of opening ? data.checkpoints.entries() : []) {
    try {
      const c = await checkpoint(base64(encoded), opening.log, [opening.witness.a, opening.witness.b]);
      if (c.size > data.entries.length) throw new Error(`it covers ${c.size} entries, but only ${data.entries.length} are there: the ledger was cut off`);
      if (!same(c.root, tree.root(c.size))) throw new Error('its root is not that of the entries: entries were exchanged, or the log was rewritten');
      if (c.size < (out.checkpoints.at(-1)?.size ?? 0)) throw new Error('it covers fewer entries than an earlier one');
      out.checkpoints.push(c);
    } catch (err) {
      out.findings.push([`checkpoint ${n}`, err.message]);
    }
  }
  return out;
}
