// Bytes, their spellings, and SHA-2 (FIPS 180-4). The constants are computed as the standard defines them.

const utf8 = new TextEncoder();
const read = (bytes) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);

function join(...parts) {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  parts.reduce((at, p) => (out.set(p, at), at + p.length), 0);
  return out;
}

// base64 takes the one spelling that bytes have, and refuses every other.
function base64(text, length) {
  let raw;
  try {
    raw = atob(text);
  } catch {
    throw new Error('it is not base64');
  }
  if (btoa(raw) !== text || (length !== undefined && raw.length !== length)) throw new Error('it is not base64 of the right length');
  return Uint8Array.from(raw, (c) => c.charCodeAt(0));
}

// root is the whole part of the n-th root of a whole number.
function root(value, n) {
  let low = 0n;
  let high = 1n << 128n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** n <= value) low = middle;
    else high = middle;
  }
  return low;
}

const primes = [];
for (let n = 2; primes.length < 80; n++) if (primes.every((p) => n % p !== 0)) primes.push(n);
const fraction = (p, n) => BigInt.asUintN(64, root(BigInt(p) << (64n * n), n)); // of the n-th root, 64 bits
const begin512 = primes.slice(0, 8).map((p) => fraction(p, 2n));
const round512 = primes.map((p) => fraction(p, 3n));
const upper = (word) => Number(word >> 32n) | 0;
const begin256 = begin512.map(upper);
const round256 = Int32Array.from(round512.slice(0, 64), upper);

// padded is a message as whole blocks, with its length in bits at the end.
function padded(bytes, block) {
  const length = Math.ceil((bytes.length + 1 + block / 8) / block) * block;
  const out = new Uint8Array(length);
  out.set(bytes);
  out[bytes.length] = 0x80;
  new DataView(out.buffer).setBigUint64(length - 8, BigInt(bytes.length) * 8n);
  return new DataView(out.buffer);
}

function sha256(bytes) {
  const message = padded(bytes, 64);
  const state = Int32Array.from(begin256);
  const w = new Int32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let at = 0; at < message.byteLength; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = message.getInt32(at + 4 * i);
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15];
      const y = w[i - 2];
      w[i] = w[i - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + w[i - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + round256[i] + w[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((x, i) => (state[i] += x));
  }
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((x, i) => out.setInt32(4 * i, x));
  return new Uint8Array(out.buffer);
}

function sha512(bytes) {
  const message = padded(bytes, 128);
  const state = [...begin512];
  const cut = (x) => BigInt.asUintN(64, x);
  const turn = (x, n) => (x >> n) | cut(x << (64n - n));
  for (let at = 0; at < message.byteLength; at += 128) {
    const w = [];
    for (let i = 0; i < 80; i++) {
      if (i < 16) {
        w.push(message.getBigUint64(at + 8 * i));
        continue;
      }
      const x = w[i - 15];
      const y = w[i - 2];
      w.push(cut(w[i - 16] + (turn(x, 1n) ^ turn(x, 8n) ^ (x >> 7n)) + w[i - 7] + (turn(y, 19n) ^ turn(y, 61n) ^ (y >> 6n))));
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 80; i++) {
      const one = cut(h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (cut(~e) & g)) + round512[i] + w[i]);
      const two = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, cut(d + one), c, b, a, cut(one + two)];
    }
    [a, b, c, d, e, f, g, h].forEach((x, i) => (state[i] = cut(state[i] + x)));
  }
  const out = new DataView(new ArrayBuffer(64));
  state.forEach((x, i) => out.setBigUint64(8 * i, x));
  return new Uint8Array(out.buffer);
}

const digest = (bytes) => `sha256:${hex(sha256(bytes))}`;
