// Uses the console of a running demo as people do, in a real Chromium, and checks what they see.
//
//   npm ci
//   node browser.mjs < plan.json
//
// plan.json:
//   chromium               path of the browser
//   console, gateway       addresses, as `entente demo --json` prints them
//   agreement              id of the demo's agreement; the last milestone before production is still open
//   production             a key for production of the component summarise
//   links                  unused one-time links by person of the demo
//   second                 {agreement, links}: another agreement with the same people, proposed and not signed
//   strained               {agreement, links}: another, of many rows and with names that are hard to set
//   signings               two of {agreement, links}, as second is
//   letters                an address that gives the letters that the node wrote: a list of {to, subject, body}
//   routes                 what `entente routes --console --json` prints: each page of it must be known here
//   beginnings             four unused links of people who have no agreement yet
//   both                   {first, second}: links for the journeys of the roles; see journeys.mjs
//   pictures               a folder for pictures of pages
//   downloads              a folder for what is downloaded
//
// The journeys run without JavaScript, which the console needs for passkeys alone. Every check also fails if a page made a request
// to another host, wrote an error into the browser's console (a violated content policy is one) or failed inside.
//
// Says on standard error how far it is, and then prints one JSON object: {"browser","passed","failed","results":[{"name","ok","milliseconds",…}]}.
// Ends with 0 if all checks passed, 1 if one failed.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import path from 'node:path';
import { audits } from './audit.mjs';
import { beginnings } from './begin.mjs';
import { companySignIn } from './signin.mjs';
import { journeys as walks } from './journeys.mjs';
import { layouts } from './layout.mjs';
import { passkeys } from './passkeys.mjs';
import { signatures } from './signatures.mjs';
import { check, enter, go, home, hosts, issue, keyItem, main, margin, milestoneForm, open, plan, press, report, revoke, says, scripted, second, unfold, visitor } from './people.mjs';

await report(async () => {
  const mara = await enter(plan.second.links['mara-voss']); // a signatory's visit to the second agreement
  await audits(mara);
  await journeys(mara);
  await layouts();
});

async function journeys(mara) {
  let declan, finance, key;

  await check('a link enters once, and only by its button', async () => {
    declan = await visitor();
    for (const _ of ['a program looks at it', 'a person opens it']) {
      const response = await open(declan, plan.links['declan-moran']);
      assert.equal(response.status(), 200);
      await says(main(declan), /made for Declan Moran, who acts for Tidewater/);
    }
    await press(declan, /^Enter as Declan Moran for Tidewater/);
    assert.equal(declan.url(), home);
    const [cookie] = await declan.context().cookies();
    assert.ok(cookie.httpOnly && cookie.sameSite === 'Strict' && cookie.path === '/', `the cookie is ${JSON.stringify({ ...cookie, value: '' })}`);
    const other = await visitor();
    assert.equal((await open(other, plan.links['declan-moran'])).status(), 404);
    await says(main(other), /does not open anything/);
    const again = await other.context().request.post(`${plan.console}/enter`, { form: { link: plan.links['declan-moran'].split('/').pop() }, headers: { origin: plan.console } });
    assert.equal(again.status(), 404);
    assert.deepEqual(await other.context().cookies(), []);
    await other.context().close();
  });

  await check('the living contract shows the stage, and how each clause is kept', async () => {
    await says(main(declan), /Calluna Text GmbH and Tidewater Search Ltd/);
    await says(declan.locator('.masthead'), /In force/i);
    const kept = { 'the front page': /Clocked/, 'clause 1.2': /Measured.*call/, 'clause 2.1': /Enforced.*key/, 'clause 2.2': /Enforced.*Due.*reviewed the security/, 'clause 3.2': /Enforced/,
      'clause 4.3': /Enforced/, 'clause 6.1': /Measured.*EUR/, 'Schedule C': /Enforced/, 'the signatures': /Evidenced/, 'clause 2.3': /Enforced/, 'clause 2.4': /Kept by people/ };
    for (const [clause, what] of Object.entries(kept)) await says(margin(declan, clause), what);
    assert.ok((await declan.locator('.part h3').count()) > 50, 'the text is not all there');
    return { margins: await declan.getByRole('note').count() };
  });

  await check('the keyboard reaches everything, and shows where it is', () => keyboard(declan));
  await check('a person who comes by a link in a letter goes on, and a form of another site does nothing', () => elsewhere(declan));

  await check('evidence that cannot be is said, and nothing typed is lost', async () => {
    await open(declan, home);
    const form = await milestoneForm(declan, 'reviewed the security');
    await form.getByLabel('Address or digest').fill('the report');
    await form.getByLabel('Remark').fill('signed by both');
    const response = await go(declan, () => form.getByRole('button').click());
    assert.equal(response.status(), 422);
    await says(declan.getByRole('alert'), /link is a web address/);
    assert.equal(await sentForm(declan).getByLabel('Remark').inputValue(), 'signed by both');
  });

  await check('the last milestone opens production', async () => {
    assert.equal((await outcome(plan.production)).code, 'production-closed');
    await sentForm(declan).getByLabel('Address or digest').fill('https://tidewater.example/evidence/review');
    const response = await go(declan, () => sentForm(declan).getByRole('button').click());
    assert.equal(response.status(), 200);
    await says(main(declan), /Done and recorded.*Production opened/);
    await says(margin(declan, 'clause 2.2'), /Good/);
    const call = await outcome(plan.production);
    assert.equal(call.status, 200, JSON.stringify(call));
    assert.match(call.usageId, /^use_/);
  });

  await check('a key is issued once, works at the gateway, and ends when it is revoked', async () => {
    const before = await entries(declan);
    key = await issue(declan, 'summarise', (button) => button.dblclick()); // an impatient person's second click does nothing more
    assert.equal(await entries(declan), before + 1);
    assert.equal((await outcome(key.secret)).status, 200);
    await open(declan, home);
    assert.ok(!(await declan.content()).includes(key.secret), 'the secret is shown again');
    await unfold(declan);
    await says(keyItem(declan, key.id), /in a browser.*Live until.*summarise, test/);
    await revoke(declan, key.id);
    await says(main(declan), new RegExp(`revoked key ${key.id}: only tried`));
    const refused = await outcome(key.secret);
    assert.deepEqual([refused.status, refused.code], [401, 'key-invalid']);
  });

  await check('who may not act sees no forms, and a forged one is refused', async () => {
    finance = await enter(plan.links['padraig-nolan']);
    assert.deepEqual(await finance.locator('form[method=post]').evaluateAll((all) => all.map((f) => f.getAttribute('action'))), ['/leave']);
    const before = await entries(finance);
    const forged = { '/keys': { component: 'summarise', environment: 'test', purpose: 'service', class: 'customer' }, '/milestones/reopening': { milestone: 'security-review', reason: 'x' }, '/keys/revocation': { id: key.id, reason: 'x' } };
    for (const [act, form] of Object.entries(forged)) {
      const response = await finance.context().request.post(home + act, { form: { ...form, key: 'ab'.repeat(16) }, headers: { origin: plan.console } });
      assert.equal(response.status(), 403, act);
      assert.match(await response.text(), /clause 7\.1/);
    }
    assert.equal(await entries(finance), before);
    assert.equal((await open(finance, second)).status(), 404, 'another agreement is there for them');
  });

  await check('the ledger lists what was done, and proves it', () => ledger(declan));
  await check('times are on the reader’s clocks, and the agreement’s beside them', () => clocks(declan));
  await check('both signatories sign, and the agreement is in force', () => signing(mara));
  for (const [who, walk] of Object.entries(walks)) await check(`journey: ${who}`, walk);

  await beginnings();
  await companySignIn();
  await passkeys();
  await signatures();

  await check('who leaves is out', async () => {
    const cookies = await declan.context().cookies();
    await press(declan, 'Leave');
    await says(main(declan), /You have left/);
    assert.deepEqual(await declan.context().cookies(), []);
    await declan.context().addCookies(cookies); // as a thief of the old cookie would
    assert.equal((await open(declan, home)).status(), 403);
    await says(main(declan), /Please enter first/);
  });
}

// sentForm is the form that was sent and is to be mended: it is the open one.
function sentForm(page) {
  return page.locator('details[open] > form');
}

// outcome is what the gateway answers to a call with a key.
async function outcome(key) {
  const response = await fetch(`${plan.gateway}/summarise/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'calluna-extract-1', messages: [{ role: 'user', content: 'The pier was closed. Ships waited. It opens in spring.' }] }),
  });
  return { ...(await response.json()), status: response.status, usageId: response.headers.get('entente-usage-id') };
}

async function entries(page) {
  const response = await page.context().request.get(`${home}/ledger`);
  return Number(/ledger\/(\d+)"/.exec(await response.text())[1]) + 1;
}

// focused describes the element that has the focus, and whether people can see that it has.
function focused(page) {
  return page.evaluate(() => {
    const e = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(e);
    const { top, bottom, left, right } = e.getBoundingClientRect();
    return { text: e.innerText?.trim() ?? '', tag: e.tagName, id: e.id, part: e.closest('.part')?.id, nav: e.closest('nav')?.getAttribute('aria-label'),
      outlined: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2, seen: bottom > 0 && top < innerHeight && right > 0 && left < innerWidth };
  });
}

async function tab(page) {
  await page.keyboard.press('Tab');
  const f = await focused(page);
  assert.ok(f.outlined && f.seen, `the focus cannot be seen on ${JSON.stringify(f)}`);
  return f;
}

async function keyboard(page) {
  await open(page, home);
  assert.equal((await tab(page)).text, 'Skip to the text');
  await page.keyboard.press('Enter');
  assert.equal((await focused(page)).id, 'main');
  let at = await tab(page);
  for (let i = 0; at.nav !== 'Articles'; i++, at = await tab(page)) assert.ok(i < 20, 'the articles are far away');
  while (!/^2\b/.test(at.text)) at = await tab(page);
  await page.keyboard.press('Enter');
  const heading = page.getByRole('heading', { level: 2, name: /^Article 2 / });
  const box = await heading.boundingBox();
  assert.ok(box.y >= 0 && box.y < 250, `Article 2 begins at ${box.y} px of the window`);
  at = await tab(page);
  assert.equal(at.part, new URL(page.url()).hash.slice(1));
  for (let stops = 0; stops < 25; stops++) await tab(page);
  await page.setViewportSize({ width: 375, height: 700 });
  await open(page, home);
  for (at = await tab(page); at.text !== 'Contents'; ) at = await tab(page);
  await page.keyboard.press('Enter');
  while (!/^3\b/.test(at.text)) at = await tab(page);
  await page.keyboard.press('Enter');
  assert.ok((await page.getByRole('heading', { level: 2, name: /^Article 3 / }).boundingBox()).y < 250);
  await page.setViewportSize({ width: 1280, height: 900 });
}

// elsewhere serves a page of another site, with a link to the agreement and a forged form.
async function elsewhere(page) {
  const letter = `<a href="${home}">the agreement</a><form method="post" action="${home}/milestones/reopening"><input name="milestone" value="integration-testing">
    <input name="reason" value="x"><input name="key" value="${'cd'.repeat(16)}"><button>Win</button></form>`;
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(`<!doctype html><link rel="icon" href="data:,">${letter}`));
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const site = `127.0.0.1:${server.address().port}`; // the demo itself is at localhost
  hosts.add(site);
  try {
    await open(page, `http://${site}/`);
    await page.getByRole('link').click();
    await margin(page, 'clause 2.2').waitFor(); // by the page that says “Continue”, and goes on by itself
    const before = await entries(page);
    await open(page, `http://${site}/`);
    assert.equal((await press(page, 'Win')).status(), 403);
    await says(main(page), /Another site sent this/);
    assert.equal(await entries(page), before);
  } finally {
    hosts.delete(site);
    server.close();
  }
}

async function ledger(page) {
  await open(page, `${home}/ledger`);
  const rows = page.getByRole('row');
  const done = await rows.evaluateAll((all) => all.slice(1, 6).map((r) => r.innerText.replace(/\s+/g, ' ')));
  assert.match(done.join('\n'), /revoked key .*only tried.*\n.*issued key .*\n(.*\n)?.*Production opened.*\n.*complete.*/s);
  const [said] = done.filter((row) => row.includes('Production opened'));
  await go(page, () => rows.filter({ hasText: 'Production opened' }).getByRole('link').first().click());
  const checks = await page.locator('.checks li').allInnerTexts();
  assert.ok(checks.length >= 5, `${checks.length} things were checked`);
  checks.forEach((c) => assert.match(c, /^\s*Holds/));
  for (const name of ['Download the proof', 'Download the entry']) await download(page, name);
  await open(page, `${home}/ledger`);
  await download(page, 'Download everything to verify it elsewhere', 'bundle.zip');
  const own = await scripted(page);
  await open(own, `${home}/ledger`);
  await go(own, () => own.getByRole('link', { name: 'Verify everything in this browser' }).click());
  await own.locator('body[data-done]').waitFor();
  await says(own.locator('#summary'), /^All \d+ verdicts hold\./);
  await own.context().close();
  return { said, checks: checks.length };
}

async function download(page, link, name) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: link }).click()]);
  assert.equal(await file.failure(), null);
  await file.saveAs(path.join(plan.downloads, name ?? file.suggestedFilename()));
}

async function signing(mara) {
  for (const [page, after] of [[mara, /1 of 2/], [await enter(plan.second.links['aoife-kearney']), /in force/i]]) {
    await open(page, second);
    const sign = margin(page, 'the signatures');
    await sign.getByRole('button', { name: 'Sign version 1' }).click(); // the browser asks for the tick first
    assert.ok(await sign.getByRole('checkbox').evaluate((box) => !box.checkValidity()));
    await sign.getByRole('checkbox').check();
    assert.equal((await press(page, 'Sign version 1')).status(), 200);
    await says(main(page), /Done and recorded.*signed version 1/);
    await says(page.locator('.masthead'), after);
    assert.equal(await sign.getByRole('button').count(), 0);
    await page.context().close();
  }
}

// clocks reads the ledger from other time zones than the agreement's, Europe/Berlin; without a script only that is named.
async function clocks(page) {
  const first = (there) => there.locator('.entries time').first().innerText();
  await open(page, `${home}/ledger`);
  const theirs = await first(page);
  assert.match(theirs, /^\d+ \w+ \d{4}, \d\d:\d\d:\d\d CES?T$/);
  await says(page.locator('.foot'), /^Days and deadlines are those of Europe\/Berlin, the time zone of the agreement\.$/);
  for (const [timezoneId, shown] of [['Asia/Kolkata', /^\d+ \w+ \d{4}, \d\d:\d\d:\d\d \S+ \(.*\d\d:\d\d:\d\d CES?T\)$/], ['Europe/Vienna', /^\d+ \w+ \d{4}, \d\d:\d\d:\d\d CES?T$/]]) {
    const elsewhere = await scripted(page, { timezoneId });
    await open(elsewhere, `${home}/ledger`);
    assert.match((await first(elsewhere)).replace(/\s+/g, ' '), shown);
    await says(elsewhere.locator('.foot'), timezoneId.startsWith('Asia') ? /your clocks \(Asia\/(Kolkata|Calcutta)\)/ : /the time zone of the agreement\.$/);
    await elsewhere.context().close();
  }
}
