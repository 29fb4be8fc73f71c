// Signatories sign in a real browser: with passkeys of an authenticator that Chromium plays, and by a code that a letter
// brings. What its device confirmed, an outside judge of passkeys verifies too.

import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { accessible } from './audit.mjs';
import { makePasskey, scripted } from './passkeys.mjs';
import { check, enter, go, main, open, picture, plan, press, says } from './people.mjs';

const [byPasskeys, byBoth] = plan.signings.map((s) => ({ ...s, home: `${plan.console}/agreements/${s.agreement}` }));
const code = '18230000'; // which no letter brings, but once in a hundred million

export async function signatures() {
  let mara, aoife;

  await check('the page on which one signs with a passkey', async () => {
    mara = await scripted(byPasskeys.links['mara-voss']);
    await open(mara, `${byPasskeys.home}/sign`);
    await says(main(mara), /have none yet/);
    await makePasskey(mara, 'Laptop');
    await open(mara, `${byPasskeys.home}/sign`);
    await says(main(mara), /Sign version 1.*Name Mara Voss Title Managing Director/i);
    await picture(mara, 'sign-with-a-passkey');
    await accessible(mara);
  });

  await check('a device that verifies nobody signs nothing, and so does one that is asked for another text', async () => {
    await open(mara, `${byPasskeys.home}/sign`);
    const { cdp, authenticatorId } = mara.device;
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await signs(mara, (button) => button.click());
    await mara.getByText('Nothing was confirmed.').waitFor();
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
    await open(mara, `${byPasskeys.home}/sign`);
    await mara.locator('form.sign input[name=statement]').first().evaluate((field) => (field.value = btoa(atob(field.value.replaceAll('-', '+').replaceAll('_', '/')).replace('Managing', 'Executive')).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')));
    const response = await signs(mara, (button) => go(mara, () => button.click()));
    assert.equal(response.status(), 409);
    await says(main(mara), /not what would be signed now/);
  }, [409]);

  await check('both signatories sign with passkeys, and an outside judge verifies what they confirmed', async () => {
    await signed(mara, byPasskeys, /1 of 2/);
    aoife = await scripted(byPasskeys.links['aoife-kearney']);
    await makePasskey(aoife, 'Phone');
    await signed(aoife, byPasskeys, /in force/i);
    await open(aoife, `${byPasskeys.home}/sign`);
    await says(main(aoife), /no version that waits for your signature/);
    await download(aoife, byPasskeys, 'by passkeys.zip');
    for (const page of [mara, aoife]) await page.context().close();
  });

  await check('a code that a letter brings signs, without JavaScript, and only the right one', async () => {
    mara = await enter(byBoth.links['mara-voss']);
    await open(mara, `${byBoth.home}/sign`);
    assert.equal((await press(mara, 'Send me a code')).status(), 200);
    await says(main(mara), /letter with a code of eight digits is on its way to mara\.voss@calluna\.example/);
    await picture(mara, 'sign-by-a-code');
    await typed(mara, code, 'Mara Voss');
    assert.equal((await press(mara, 'Sign version 1')).status(), 422);
    await says(main(mara), /The code is not the one that was sent/);
    const brought = await letter('mara.voss@calluna.example');
    await typed(mara, brought, 'Sara Voss');
    assert.equal((await press(mara, 'Sign version 1')).status(), 409);
    await says(main(mara), /Type your name and title as clause 7\.1 has them/);
    await typed(mara, brought, 'Mara Voss');
    assert.equal((await press(mara, 'Sign version 1')).status(), 200);
    await says(main(mara), /Done and recorded.*signed version 1/);
    await says(mara.locator('.masthead'), /1 of 2/);
  });

  await check('the other party signs with a passkey what the first signed by a code', async () => {
    aoife = await scripted(byBoth.links['aoife-kearney']);
    await makePasskey(aoife, 'Phone');
    await open(aoife, `${byBoth.home}/sign`);
    await press(aoife, 'Send me a code');
    await says(main(aoife), /on its way to aoife\.kearney@tidewater\.example/);
    await accessible(aoife); // with both ways open
    await signed(aoife, byBoth, /in force/i);
    await download(aoife, byBoth, 'by a code and a passkey.zip');
    for (const page of [mara, aoife]) await page.context().close();
  });
}

// signs ticks what is to be ticked, and presses the button of the only passkey.
async function signs(page, press) {
  const form = page.locator('form.sign[data-passkey]');
  await form.getByRole('checkbox').check();
  return press(form.getByRole('button'));
}

// signed signs with the visitor's passkey; after is what the contract then says.
async function signed(page, { home }, after) {
  await open(page, `${home}/sign`);
  const challenge = await page.locator('form.sign[data-passkey]').getAttribute('data-challenge');
  const made = (await page.device.cdp.send('WebAuthn.getCredentials', { authenticatorId: page.device.authenticatorId })).credentials[0];
  const sent = page.waitForRequest((r) => r.method() === 'POST' && r.url() === `${home}/sign`);
  await signs(page, (button) => go(page, () => button.click()));
  const form = new URLSearchParams((await sent).postData());
  await says(main(page), /Done and recorded.*signed version 1/);
  await says(page.locator('.masthead'), after);
  const statement = Buffer.from(form.get('statement'), 'base64url');
  const asked = createHash('sha256').update('entente-passkey-signature-v1\0').update(statement).digest('base64url');
  assert.equal(challenge, asked, 'the device was asked for another text than what was sent');
  assert.equal(made.credentialId, Buffer.from(form.get('credential'), 'base64url').toString('base64'));
  const { passkey } = JSON.parse(statement);
  const site = new URL(plan.console);
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: { id: form.get('credential'), rawId: form.get('credential'), type: 'public-key', clientExtensionResults: {}, response: { clientDataJSON: form.get('client_data'), authenticatorData: form.get('authenticator_data'), signature: form.get('signature') } },
    expectedChallenge: asked, expectedOrigin: site.origin, expectedRPID: site.hostname, requireUserVerification: true,
    credential: { id: form.get('credential'), publicKey: Buffer.from(passkey.key, 'base64'), counter: 0 },
  });
  assert.ok(verified && authenticationInfo.userVerified);
}

// typed fills in what signs by a code.
async function typed(page, code, name) {
  await page.getByRole('textbox', { name: 'The code' }).fill(code);
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Your title').fill('Managing Director');
  for (const box of await page.locator('form.sign', { has: page.getByRole('textbox', { name: 'The code' }) }).getByRole('checkbox').all()) await box.check();
}

// letter is the code that a letter to an address brings, as soon as it is there.
async function letter(to) {
  for (let tries = 0; tries < 300; tries++) {
    const all = await (await fetch(plan.letters)).json();
    const found = all.find((l) => l.to === to && l.subject.startsWith('Your code to sign version 1'));
    if (found) return /^ +(\d{4} \d{4})\s*$/m.exec(found.body)[1];
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`no letter came to ${to}`);
}

async function download(page, { home }, name) {
  await open(page, `${home}/ledger`);
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download everything to verify it elsewhere' }).click()]);
  await file.saveAs(path.join(plan.downloads, name));
}
