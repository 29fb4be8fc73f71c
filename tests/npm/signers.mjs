// Signs requests by the npm package http-message-signatures, and says what the node made of them.

import { createHash, createPrivateKey, randomBytes, sign } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { httpbis } from 'http-message-signatures';

const plan = JSON.parse(await text(process.stdin));
const key = { id: plan.keyid, alg: 'ed25519', sign: async (data) => sign(null, data, createPrivateKey(plan.key)) };
const results = [];

// ask signs a request for the node's own authority, and sends it to where the node listens.
async function ask({ method, path, body = '', fields, digest, nonce = randomBytes(16).toString('hex'), ...more }) {
  const headers = {};
  if (method !== 'GET') headers['idempotency-key'] = randomBytes(8).toString('hex');
  if (body) {
    headers['content-type'] = 'application/json';
    headers['content-digest'] = `${digest ?? 'sha-256'}=:${createHash((digest ?? 'sha-256').replace('-', '')).update(body).digest('base64')}:`;
  }
  const now = new Date(plan.now);
  const signed = await httpbis.signMessage({
    key, name: 'mine', fields: fields ?? ['@method', '@path', '@query', '@authority', ...Object.keys(headers)],
    params: ['created', 'expires', 'nonce', 'keyid', 'alg', 'tag'], paramValues: { created: now, expires: new Date(now.getTime() + 60_000), nonce, tag: 'entente', ...more },
  }, { method, url: plan.origin + path, headers });
  return new Promise((resolve, reject) => {
    const out = request(plan.node + path, { method, headers: { ...signed.headers, host: new URL(plan.origin).host } }, async (answer) => resolve({ status: answer.statusCode, body: await text(answer) }));
    out.on('error', reject);
    out.end(body);
  });
}

async function expect(name, status, wish) {
  const got = await ask(wish);
  results.push({ name, ok: got.status === status, error: `${got.status}, want ${status}: ${got.body}` });
}

const issue = { method: 'POST', path: '/api/v1/keys', body: '{"component":"summarise","environment":"test","purpose":"service"}' };
await expect('a read', 200, { method: 'GET', path: '/api/v1/me' });
await expect('a read with a query', 200, { method: 'GET', path: '/api/v1/keys?limit=1&state=live' });
await expect('a write', 201, issue);
await expect('a write with SHA-512', 201, { ...issue, digest: 'sha-512' });
await expect('a nonce once', 200, { method: 'GET', path: '/api/v1/me', nonce: 'a'.repeat(20) });
await expect('a nonce twice', 401, { method: 'GET', path: '/api/v1/me', nonce: 'a'.repeat(20) });
await expect('without the query', 401, { method: 'GET', path: '/api/v1/me', fields: ['@method', '@path', '@authority'] });
await expect('without the digest', 401, { ...issue, fields: ['@method', '@path', '@query', '@authority', 'content-type', 'idempotency-key'] });
await expect('another use', 401, { method: 'GET', path: '/api/v1/me', tag: 'elsewhere' });

console.log(JSON.stringify({ results }));
