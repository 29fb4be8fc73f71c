// People enter by their company's own sign-in, which a signatory of theirs names, in browsers without JavaScript.

import assert from 'node:assert/strict';
import { check, enter, go, hosts, main, open, picture, plan, press, says, second, visitor } from './people.mjs';

const form = (page, name) => page.getByRole('region', { name: 'Your company’s own sign-in' }).locator('details').filter({ hasText: name });

// signIn says at the issuer who somebody is, and waits until they are where that leads.
async function signIn(door, address, leads) {
  const page = await visitor();
  await open(page, door);
  assert.ok(page.url().startsWith(`${plan.issuer.url}/authorize?`));
  await page.getByLabel('Address').fill(address);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(leads); // by the page that says “Continue”, where they come in
  return page;
}

export async function companySignIn() {
  let door, jonas, mara;
  hosts.add(new URL(plan.issuer.url).host);

  await check('a signatory names their company’s own sign-in', async () => {
    mara = await enter(plan.both.second['mara-voss again']);
    await open(mara, `${second}/people`);
    const name = form(mara, 'Name one');
    await name.locator('summary').click();
    await name.getByLabel('Issuer').fill(plan.issuer.url);
    await name.getByLabel('Client id').fill(plan.issuer.client);
    await name.getByLabel('Client secret').fill(plan.issuer.secret);
    await name.getByLabel('Domains of its addresses').fill('calluna.example');
    await picture(mara, 'sign-in-form');
    assert.equal((await go(mara, () => name.getByRole('button').click())).status(), 200);
    await says(main(mara), /sign-in is changed.*Enter at http.*Vouches for people of/);
    door = await mara.getByRole('link', { name: '/sso/' }).getAttribute('href');
    await picture(mara, 'sign-in-named');
  });

  await check('their people enter by it, and nobody else does', async () => {
    jonas = await signIn(door, 'jonas.lindqvist@calluna.example', second);
    await says(main(jonas), /Partnership/);
    await open(jonas, `${plan.console}/me`);
    await says(main(jonas), /by company sign-in, Chrome/);
    await picture(jonas, 'sign-in-entered');
    const aoife = await signIn(door, 'aoife.kearney@tidewater.example', /back\?/);
    await says(main(aoife), /Not entered.*did not open this agreement/);
    assert.deepEqual((await aoife.context().cookies(plan.console)).map((c) => c.name), []);
    await picture(aoife, 'sign-in-refused');
  }, [403]);

  await check('when it is removed, those whom it let in are out', async () => {
    await open(mara, `${second}/people`);
    const removal = form(mara, 'Remove it');
    await removal.locator('summary').click();
    await go(mara, () => removal.getByRole('button').click());
    await says(main(mara), /None is named/);
    assert.equal((await open(jonas, second)).status(), 403);
    assert.equal((await open(await visitor(), door)).status(), 404);
  }, [403, 404]);
}
