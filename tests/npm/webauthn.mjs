// An outside judge of passkeys says what it thinks of assertions that a device made, or somebody bent.
//
//   npm ci
//   node webauthn.mjs < plan.json
//
// plan.json is a list of {name, holds, key, origin, challenge, assertion}: the public key in COSE, what should have been
// asked, and the authenticator data, client data and signature, all in base64; holds is what our own judge says.
//
// Prints one JSON object as browser.mjs does, and ends like it.

import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import { json } from 'node:stream/consumers';

const web = (text) => Buffer.from(text, 'base64').toString('base64url');

// stricter is what ours refuses and this judge takes: it leaves the page within which a page stands to whoever asks it,
// and reads JSON, DER and CBOR more freely.
const stricter = new Set([
  'a passkey, asked from within another page',
  'a passkey, with a member twice',
  'a passkey, with no text',
  'a passkey, with its signature going on',
  'a passkey that confirmed a key that goes on',
]);

const results = [];
for (const { name, holds, key, origin, challenge, assertion } of await json(process.stdin)) {
  let theirs = false;
  let why = '';
  try {
    const { verified } = await verifyAuthenticationResponse({
      response: { id: 'aWQ', rawId: 'aWQ', type: 'public-key', clientExtensionResults: {}, response: { clientDataJSON: web(assertion.client_data), authenticatorData: web(assertion.authenticator_data), signature: web(assertion.signature) } },
      expectedChallenge: web(challenge), expectedOrigin: origin, expectedRPID: new URL(origin).hostname, requireUserVerification: true,
      credential: { id: 'aWQ', publicKey: Buffer.from(key, 'base64'), counter: 0 },
    });
    theirs = verified;
  } catch (err) {
    why = err.message;
  }
  results.push({ name, ok: theirs === (holds || stricter.has(name)), error: `ours: ${holds}, theirs: ${theirs} ${why}`.slice(0, 1000) });
}
const failed = results.filter((r) => !r.ok).length;
console.log(JSON.stringify({ passed: results.length - failed, failed, results }, null, 2));
process.exitCode = failed > 0 ? 1 : 0;
