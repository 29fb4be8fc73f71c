// Ed25519 (RFC 8032): by the browser where it has it, else by what stands here.

const field = 2n ** 255n - 19n;
const order = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (x, m = field) => ((x % m) + m) % m;

function power(x, n) {
  let out = 1n;
  for (let base = mod(x); n > 0n; n >>= 1n, base = mod(base * base)) if (n & 1n) out = mod(out * base);
  return out;
}

const curve = mod(-121665n * power(121666n, field - 2n));
const minusRoot = power(2n, (field - 1n) / 4n); // its square is -1
const nothing = [0n, 1n, 1n, 0n]; // x, y, z, and x times y

function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = (y1 - x1) * (y2 - x2);
  const b = (y1 + x1) * (y2 + x2);
  const c = 2n * curve * mod(t1 * t2);
  const d = 2n * z1 * z2;
  const [e, f, g, h] = [mod(b - a), mod(d - c), mod(d + c), mod(b + a)];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function times(n, point) {
  let out = nothing;
  for (let p = point; n > 0n; n >>= 1n, p = add(p, p)) if (n & 1n) out = add(out, p);
  return out;
}

const little = (bytes) => BigInt(`0x${hex(Uint8Array.from(bytes).reverse())}`);

// point reads the 32 bytes of a point; null if they are none.
function point(bytes) {
  const whole = little(bytes);
  const y = whole & (2n ** 255n - 1n);
  if (y >= field) return null;
  const [u, v] = [mod(y * y - 1n), mod(curve * y * y + 1n)];
  let x = mod(u * v ** 3n * power(u * v ** 7n, (field - 5n) / 8n));
  if (mod(v * x * x) === mod(-u)) x = mod(x * minusRoot);
  if (mod(v * x * x) !== u) return null;
  if (x === 0n && whole >> 255n === 1n) return null;
  if ((x & 1n) !== whole >> 255n) x = field - x;
  return [x, y, 1n, mod(x * y)];
}

function spelled([x, y, z]) {
  const inverse = power(z, field - 2n);
  const whole = mod(y * inverse) | ((mod(x * inverse) & 1n) << 255n);
  return Uint8Array.from({ length: 32 }, (_, i) => Number((whole >> BigInt(8 * i)) & 255n));
}

const base = point(Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 0x58 : 0x66)));

// verifiedHere reports whether a signature of a message is by a key.
function verifiedHere(key, message, signature) {
  const a = point(key);
  const s = little(signature.slice(32));
  if (a === null || s >= order) return false;
  const h = mod(little(sha512(join(signature.slice(0, 32), key, message))), order);
  const minusA = [field - a[0], a[1], 1n, field - a[3]];
  return same(spelled(add(times(s, base), times(h, minusA))), signature.slice(0, 32));
}

// The points of order 1, 2, 4 and 8: under these keys anyone could sign.
const weak = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
];

function isWeak(key) {
  const y = Uint8Array.from(key);
  y[31] &= 0x7f;
  return weak.includes(hex(y));
}

const imported = new Map(); // keys as the browser holds them, by their bytes; null where it holds none

async function browserKey(key) {
  const name = hex(key);
  if (!imported.has(name)) {
    try {
      imported.set(name, await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']));
    } catch {
      imported.set(name, null); // an older browser
    }
  }
  return imported.get(name);
}

// verified reports whether a signature of a message is by a key that counts.
async function verified(key, message, signature) {
  if (signature.length !== 64 || isWeak(key)) return false;
  const held = await browserKey(key);
  return held ? crypto.subtle.verify('Ed25519', held, signature, message) : verifiedHere(key, message, signature);
}
