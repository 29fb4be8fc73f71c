// Passkeys in a real browser, with an authenticator that Chromium plays: a person makes one, enters with it,
// and takes it away.

import assert from 'node:assert/strict';
import { check, go, home, hosts, main, open, plan, press, says, visitor } from './people.mjs';

// device gives a page's browser an authenticator that always confirms.
export async function device(page, { verified = true } = {}) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: verified, automaticPresenceSimulation: true },
  });
  return { cdp, authenticatorId };
}

// scripted enters by a link, in a browser with JavaScript and a device.
export async function scripted(link) {
  const page = await visitor({ javaScriptEnabled: true });
  page.device = await device(page);
  await open(page, link);
  assert.equal((await press(page, /^Enter as /)).status(), 200);
  return page;
}

export async function makePasskey(page, name) {
  await open(page, `${plan.console}/me`);
  await page.getByLabel('What to call the new passkey').fill(name);
  assert.equal((await press(page, 'Make a passkey')).status(), 200);
  await says(main(page), new RegExp(`The passkey is made.*${name}`));
}

const section = (page, name) => page.getByRole('region', { name });

export async function passkeys() {
  let mara;

  await check('a person makes a passkey, and names it', async () => {
    mara = await scripted(plan.links['mara-voss']);
    await makePasskey(mara, 'Laptop');
    const item = section(mara, 'Passkeys').getByRole('listitem').filter({ hasText: 'Laptop' });
    await item.locator('summary', { hasText: 'Rename' }).click();
    await item.getByLabel('Name').fill('Laptop at the office');
    await go(mara, () => item.getByRole('button', { name: 'Rename' }).click());
    await says(section(mara, 'Passkeys'), /Laptop at the office.*on one device.*last used: never/);
  });

  await check('the device is not asked for a second one', async () => {
    await open(mara, `${plan.console}/me`);
    await mara.getByRole('button', { name: 'Make a passkey' }).click();
    await mara.getByText('This device has a passkey for you already.').waitFor();
  });

  await check('a passkey enters, and says where', async () => {
    await press(mara, 'Leave');
    await says(main(mara), /You have left/);
    assert.equal((await press(mara, 'Enter with a passkey')).status(), 200);
    assert.equal(mara.url(), home);
    await open(mara, `${plan.console}/me`);
    await says(section(mara, 'Where you have entered'), /^Where you have entered by passkey, Chrome on Linux this browser/i);
    await says(section(mara, 'Passkeys'), /last used: \d/);
  });

  await check('another session is seen, and ended from here', async () => {
    const phone = await visitor();
    await phone.context().addCookies(await mara.context().cookies()); // as a thief of the cookie would
    await open(phone, home);
    await press(mara, 'Leave');
    assert.equal((await open(phone, home)).status(), 403, 'the thief is still in');
    await open(mara, `${plan.console}/`);
    await press(mara, 'Enter with a passkey');
    const cookies = await mara.context().cookies();
    await mara.context().clearCookies();
    await open(mara, `${plan.console}/`);
    await press(mara, 'Enter with a passkey');
    await open(mara, `${plan.console}/me`);
    assert.equal(await section(mara, 'Where you have entered').getByRole('listitem').count(), 2);
    await press(mara, 'End all others');
    await says(main(mara), /All your other sessions have ended/);
    assert.equal(await section(mara, 'Where you have entered').getByRole('listitem').count(), 1);
    await phone.context().addCookies(cookies);
    assert.equal((await open(phone, home)).status(), 403);
    await phone.context().close();
  }, [403]); // a page that had just begun to follow the agreement may ask once without its cookie

  await check('a page under another address, or a device that verifies nobody, has no passkeys', async () => {
    const address = plan.console.replace('localhost', '127.0.0.1');
    hosts.add(new URL(address).host);
    const stray = await visitor({ javaScriptEnabled: true });
    await device(stray);
    await open(stray, address);
    await stray.getByRole('button', { name: 'Enter with a passkey' }).click();
    await stray.getByText('Passkeys work at the address of this node only').waitFor();
    hosts.delete(new URL(address).host);
    await stray.context().close();
    await press(mara, 'Leave');
    await mara.device.cdp.send('WebAuthn.setUserVerified', { authenticatorId: mara.device.authenticatorId, isUserVerified: false });
    await mara.getByRole('button', { name: 'Enter with a passkey' }).click();
    await mara.getByText('Nothing was confirmed.').waitFor();
    await mara.device.cdp.send('WebAuthn.setUserVerified', { authenticatorId: mara.device.authenticatorId, isUserVerified: true });
    assert.equal((await press(mara, 'Enter with a passkey')).status(), 200);
  });

  await check('a passkey that was removed opens nothing', async () => {
    await open(mara, `${plan.console}/me`);
    const item = section(mara, 'Passkeys').getByRole('listitem').filter({ hasText: 'Laptop' });
    await item.locator('summary', { hasText: 'Remove' }).click();
    await go(mara, () => item.getByRole('button', { name: 'Remove the passkey' }).click());
    await says(main(mara), /The passkey is removed/);
    await press(mara, 'Leave');
    assert.equal((await press(mara, 'Enter with a passkey')).status(), 403);
    await says(main(mara), /This passkey does not open anything/);
    await mara.context().close();
  });
}
