// A program comes in by OAuth 2.0 client credentials, with the OAuth client of the official SDK of the Model Context Protocol,
// which we have not written. It is given {"at", "accounts": [{"id", "secret"?, "key"?}], "uses"} on standard input: the node, its
// accounts by secret and by key (a private key in PEM), and an address that their tokens open.

import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { fetchToken } from '@modelcontextprotocol/sdk/client/auth.js';
import { ClientCredentialsProvider, PrivateKeyJwtProvider } from '@modelcontextprotocol/sdk/client/auth-extensions.js';

const plan = JSON.parse(await text(process.stdin));
const results = [];
for (const { id, secret, key } of plan.accounts) {
  const result = { name: secret ? 'by a secret' : 'by what it signs', ok: true };
  try {
    // its own discovery wants an authorization_endpoint, which RFC 8414 asks of those alone who have one
    const metadata = await (await fetch(`${plan.at}/.well-known/oauth-authorization-server`)).json();
    assert.equal(metadata.issuer, plan.at);
    const shared = { clientId: id, scope: 'read ledger', expectedIssuer: plan.at };
    const provider = secret ? new ClientCredentialsProvider({ ...shared, clientSecret: secret }) : new PrivateKeyJwtProvider({ ...shared, privateKey: key, algorithm: 'ES256' });
    const tokens = await fetchToken(provider, plan.at, { metadata });
    assert.equal(tokens.scope, 'read ledger');
    const answer = await fetch(plan.uses, { headers: { authorization: `${tokens.token_type} ${tokens.access_token}` } });
    assert.equal(answer.status, 200);
  } catch (e) {
    Object.assign(result, { ok: false, error: e.stack });
  }
  results.push(result);
}
console.log(JSON.stringify({ results }));
