// What a person confirmed with a passkey (W3C Web Authentication, Level 3): the device's answer, held to what it
// should have been asked. The signatures are verified by the browser.

const refuse = (why) => {
  throw new Error(why);
};

// Lacking means that the browser cannot verify a signature of this kind.
class Lacking extends Error {}

const webCrypto = () => {
  if (!globalThis.crypto?.subtle) throw new Lacking('this browser cannot verify it');
  return crypto.subtle;
};

const deepest = 8; // items of CBOR within each other

// item reads one item of CBOR (RFC 8949) as authenticators write it, from a place in bytes, and gives it with
// the place behind it.
function item(bytes, at, depth = deepest) {
  const short = bytes[at] & 31;
  const kind = bytes[at] >> 5;
  if (depth === 0 || at >= bytes.length) refuse('it is no CBOR');
  if (kind === 7) return [20, 21, 22].includes(short) ? [{ 20: false, 21: true, 22: null }[short], at + 1] : refuse('it is no CBOR');
  const size = short < 24 ? 0 : 1 << (short - 24);
  if (short > 27 || at + 1 + size > bytes.length) refuse('it is no CBOR');
  const n = size === 0 ? BigInt(short) : BigInt(`0x${hex(bytes.slice(at + 1, at + 1 + size))}`);
  const next = at + 1 + size;
  if (n > 1n << 62n || (kind > 1 && n > BigInt(bytes.length - next))) refuse('it is no CBOR');
  const end = next + Number(n);
  if (kind === 0) return [n, next];
  if (kind === 1) return [-1n - n, next];
  if (kind === 2) return [bytes.slice(next, end), end];
  if (kind === 3) return [read(bytes.slice(next, end)), end];
  if (kind === 4) return several(bytes, next, Number(n), depth - 1);
  return kind === 5 ? pairs(bytes, next, Number(n), depth - 1) : refuse('it is no CBOR');
}

function several(bytes, at, n, depth) {
  const all = [];
  for (let one; all.length < n; all.push(one)) [one, at] = item(bytes, at, depth);
  return [all, at];
}

function pairs(bytes, at, n, depth) {
  const all = new Map();
  for (let key, value; n > 0; n--, all.set(key, value)) {
    [key, at] = item(bytes, at, depth);
    if (!['bigint', 'string'].includes(typeof key) || all.has(key)) refuse('it is no CBOR');
    [value, at] = item(bytes, at, depth);
  }
  return [all, at];
}

const web = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const trimmed = (bytes) => bytes.slice(bytes.findIndex((b) => b !== 0) >>> 0);
const whole = (bytes) => BigInt(`0x0${hex(bytes)}`);

// passkeyName names a passkey: by the SHA-256 of its public half.
const passkeyName = (key) => `passkey:${web(sha256(key))}`;

// confirmer gives, for a public key in COSE (RFC 9053), what reports whether a signature of a message is by it.
function confirmer(cose) {
  const [key, end] = item(cose, 0);
  if (!(key instanceof Map) || end !== cose.length) refuse('its key is no COSE key');
  const bytes = (label, length) => (key.get(label) instanceof Uint8Array && (!length || key.get(label).length === length) ? key.get(label) : refuse('its key lacks a number'));
  const is = (type, algorithm) => key.get(1n) === type && key.get(3n) === algorithm;
  if (is(2n, -7n) && key.get(-1n) === 1n) return byPoint(join([4], bytes(-2n, 32), bytes(-3n, 32)));
  if (is(1n, -8n) && key.get(-1n) === 6n) return byEdwards(bytes(-2n, 32));
  if (is(3n, -257n)) return byModulus(trimmed(bytes(-1n)), trimmed(bytes(-2n)));
  return refuse('its key is for none of ES256, Ed25519 and RS256');
}

const byEdwards = (key) => (message, signature) => verified(key, message, signature);

function byPoint(point) {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  return async (message, signature) => {
    const key = await webCrypto().importKey('raw', point, algorithm, false, ['verify']);
    const raw = rawSignature(signature);
    return raw !== null && webCrypto().verify(algorithm, key, raw, message);
  };
}

function byModulus(n, e) {
  const bits = whole(n).toString(2).length;
  const exponent = whole(e);
  if (bits < 2048 || bits > 4096 || exponent < 3n || exponent > 2n ** 31n - 1n || exponent % 2n === 0n) refuse('its RSA key is not of 2048 to 4096 bits');
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  return async (message, signature) => {
    const key = await webCrypto().importKey('jwk', { kty: 'RSA', alg: 'RS256', n: web(n), e: web(e) }, algorithm, false, ['verify']);
    return webCrypto().verify(algorithm, key, signature, message);
  };
}

// rawSignature is a signature of P-256 as browsers take it, two numbers of 32 bytes, from DER; null if it is none.
function rawSignature(der) {
  const [tag, length, ...body] = der;
  if (tag !== 0x30 || length !== body.length) return null;
  const numbers = [];
  for (let at = 0; at < body.length; ) {
    const [kind, size] = body.slice(at, at + 2);
    const digits = body.slice(at + 2, at + 2 + size);
    if (kind !== 2 || digits.length !== size || size < 1 || size > 33 || digits[0] > 127 || (size > 1 && digits[0] === 0 && digits[1] < 128)) return null;
    const value = digits[0] === 0 ? digits.slice(1) : digits;
    if (value.length > 32) return null;
    numbers.push(join(new Uint8Array(32 - value.length), value));
    at += 2 + size;
  }
  return numbers.length === 2 ? join(...numbers) : null;
}

// onceNamed refuses JSON in which an object names a member twice, which readers take to say different things.
function onceNamed(text) {
  const within = [];
  for (const [token, , colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}]/g)) {
    if (token === '{') within.push(new Set());
    else if (token === '}') within.pop();
    else if (colon) {
      const name = JSON.parse(token.slice(0, -colon.length));
      if (within.at(-1).has(name)) refuse(`it names ${name} twice`);
      within.at(-1).add(name);
    }
  }
}

// askedFor holds what the browser says it was asked to what it should have been asked.
function askedFor(client, origin, challenge) {
  const text = read(client);
  const c = JSON.parse(text);
  onceNamed(text);
  if (!isObject(c) || c.type !== 'webauthn.get') refuse('the browser was asked for something else than a confirmation');
  if (c.origin !== origin) refuse(`it was asked at ${c.origin}, not at ${origin}`);
  if (![undefined, null, false].includes(c.crossOrigin) || ![undefined, null, ''].includes(c.topOrigin)) refuse('it was asked from within a page of another site');
  if (c.challenge !== web(challenge)) refuse('it answers another question');
}

const [present, checked, credential, extensions] = [1, 4, 64, 128];

// toldTo holds what the device says to the site for which the passkey was made, and to that a person confirmed.
function toldTo(data, origin) {
  if (data.length < 37) refuse(`its authenticator data has ${data.length} bytes`);
  const flags = data[32];
  let end = 37;
  if (flags & credential) {
    const size = new DataView(join(data, [0, 0]).buffer).getUint16(end + 16);
    if (size === 0 || size > 1023) refuse(`the credential's id has ${size} bytes`);
    [, end] = item(data, end + 18 + size);
  }
  if (flags & extensions) [, end] = item(data, end);
  if (end !== data.length) refuse('its authenticator data goes on after its end');
  const site = /^https?:\/\/([^/:?#@\s]+)(:\d+)?$/.exec(origin)?.[1];
  if (!site || !same(data.slice(0, 32), sha256(utf8.encode(site)))) refuse(`it is for another site than ${site}`);
  if (!(flags & present)) refuse('nobody was there');
  if (!(flags & checked)) refuse('the device did not verify its user');
}

// confirmed refuses an assertion by which a passkey did not confirm a challenge at an address.
async function confirmed(key, assertion, origin, challenge) {
  const [data, client, signature] = ['authenticator_data', 'client_data', 'signature'].map((name) => base64(assertion[name]));
  if (Math.max(data.length, client.length) > 1 << 16) refuse('it is too large');
  askedFor(client, origin, challenge);
  toldTo(data, origin);
  if (!(await confirmer(key)(join(data, sha256(client)), signature))) refuse('its signature is not by this passkey');
}
