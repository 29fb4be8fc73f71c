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
//   routes                 what `entente routes --console --json` prints: each page of it must be known here
//   downloads              a folder for what is downloaded
//
// The journeys run without JavaScript: the console needs none. Every check also fails if a page made a request
// to another host, wrote an error into the browser's console (a violated content policy is one), failed inside,
// or was larger than its window is wide.
//
// Says on standard error how far it is, and then prints one JSON object: {"browser","passed","failed","results":[{"name","ok","milliseconds",…}]}.
// Ends with 0 if all checks passed, 1 if one failed.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import path from 'node:path';
import { chromium } from 'playwright-core';

const plan = JSON.parse(await text(process.stdin));
const home = `${plan.console}/agreements/${plan.agreement}`;
const second = `${plan.console}/agreements/${plan.second.agreement}`;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const results = [];
const idle = new Map(); // windows for audits that are not in use
const faults = []; // what went wrong behind the checks' back
const hosts = new Set([new URL(plan.console).host]);
const widths = [1280, 375, 320]; // px: a desk, a phone, the narrowest that WCAG asks for
const timeout = 15_000; // milliseconds, of each step

const browser = await chromium.launch({
  executablePath: plan.chromium,
  timeout: 60_000,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
let mara; // a signatory's visit to the second agreement
try {
  mara = await enter(plan.second.links['mara-voss']);
  await audits();
  await journeys();
} catch (e) {
  results.push({ name: 'the checks as a whole', ok: false, error: e.stack });
} finally {
  await browser.close();
}
const failed = results.filter((r) => !r.ok).length;
console.log(JSON.stringify({ browser: browser.version(), passed: results.length - failed, failed, results }, null, 2));
process.exitCode = failed > 0 ? 1 : 0;

// check runs one check.
async function check(name, run) {
  const begin = performance.now();
  const result = { name, ok: true };
  try {
    Object.assign(result, await run());
    assert.deepEqual(faults, []);
  } catch (e) {
    Object.assign(result, { ok: false, error: `${e.message}`.slice(0, 4000) });
  }
  faults.length = 0;
  result.milliseconds = Math.round(performance.now() - begin);
  results.push(result);
  console.error(`${result.ok ? 'ok' : 'FAILED'} ${result.milliseconds} ms ${name}`);
}

// visitor opens a browser of its own for a person, and watches it.
async function visitor(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', javaScriptEnabled: false, ...options });
  context.setDefaultTimeout(timeout);
  context.on('request', (r) => {
    const { protocol, host } = new URL(r.url());
    if (protocol !== 'data:' && !hosts.has(host)) faults.push(`a request left for ${r.url()}`);
  });
  const documents = new Set();
  context.on('response', (r) => {
    if (r.request().isNavigationRequest()) documents.add(r.url());
    if (r.status() > 499) faults.push(`${r.url()} answered ${r.status()}`);
  });
  context.on('console', (m) => {
    const refusal = m.text().startsWith('Failed to load resource') && documents.has(m.location().url); // its page is checked itself
    if (m.type() === 'error' && !refusal) faults.push(`${m.location().url}: ${m.text()}`);
  });
  context.on('weberror', (e) => faults.push(`a script failed: ${e.error()}`));
  return context.newPage();
}

// go acts and waits for the page that comes of it.
async function go(page, act) {
  const settled = (r) => r.request().isNavigationRequest() && r.frame() === page.mainFrame() && (r.status() < 300 || r.status() > 399);
  const [response] = await Promise.all([page.waitForResponse(settled), act()]);
  await page.waitForLoadState();
  return response;
}

function open(page, address) {
  return go(page, () => page.goto(address));
}

function press(page, name) {
  return go(page, () => page.getByRole('button', { name }).click());
}

// enter comes in by a link and is then on the living contract.
async function enter(link, options) {
  const page = await visitor(options);
  await open(page, link);
  const response = await press(page, /^Enter as /);
  assert.equal(response.status(), 200);
  return page;
}

async function says(where, what) {
  assert.match((await where.innerText()).replace(/\s+/g, ' '), what);
}

function margin(page, of) {
  return page.getByRole('note', { name: `Margin of ${of}`, exact: true });
}

function main(page) {
  return page.getByRole('main');
}

// fits reports a page that must be scrolled sideways.
async function fits(page) {
  const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(wide <= window, `${page.url()} is ${wide} px wide in a window of ${window} px`);
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

async function journeys() {
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
      'clause 4.3': /Enforced/, 'clause 6.1': /Measured.*EUR/, 'Schedule C': /Enforced/, 'the signatures': /Evidenced/, 'clause 2.3': /Text only/ };
    for (const [clause, what] of Object.entries(kept)) await says(margin(declan, clause), what);
    assert.ok((await declan.locator('.part h3').count()) > 50, 'the text is not all there');
    return { margins: await declan.getByRole('note').count() };
  });

  await check('the keyboard reaches everything, and shows where it is', () => keyboard(declan));
  await check('a person who comes by a link in a letter goes on, and a form of another site does nothing', () => elsewhere(declan));

  await check('evidence that cannot be is said, and nothing typed is lost', async () => {
    await open(declan, home);
    const form = await milestoneForm(declan);
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
    assert.deepEqual(await finance.locator('form').evaluateAll((all) => all.map((f) => f.getAttribute('action'))), ['/leave']);
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
  await check('both signatories sign, and the agreement is in force', signing);

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

// milestoneForm opens the form of the milestone that production waits for.
async function milestoneForm(page) {
  const item = margin(page, 'clause 2.2').getByRole('listitem').filter({ hasText: 'reviewed the security' });
  await item.locator('summary', { hasText: 'Complete' }).click();
  return item.locator('form');
}

// sentForm is the form that was sent and is to be mended: it is the open one.
function sentForm(page) {
  return page.locator('details[open] > form');
}

// issue fills in the form for a key and gives what the next page shows.
async function issue(page, component, click) {
  const note = margin(page, 'clause 2.1');
  await note.locator('summary', { hasText: 'Issue a key' }).click();
  await note.getByLabel('Component').selectOption(component);
  await note.getByLabel('Environment').selectOption('test');
  await note.getByLabel('Purpose').selectOption('service');
  await note.getByLabel('Data that the calls carry').selectOption('customer');
  await note.getByLabel('Label').fill('in a browser');
  await click(note.getByRole('button', { name: 'Issue the key' }));
  await page.getByRole('heading', { name: 'Key issued' }).waitFor();
  const secret = await page.getByLabel('Secret of').inputValue();
  assert.match(secret, /^ent_test_/);
  return { secret, id: 'key_' + secret.split('_')[2] };
}

function keyItem(page, id) {
  return margin(page, 'clause 2.1').getByRole('listitem').filter({ hasText: id });
}

// unfold shows the live keys, of which there are many.
async function unfold(page) {
  await margin(page, 'clause 2.1').locator('summary', { hasText: 'live keys' }).click();
}

async function revoke(page, id) {
  const item = keyItem(page, id);
  await item.locator('summary').click();
  await item.getByLabel('Reason').fill('only tried');
  await go(page, () => item.getByRole('button', { name: 'Revoke at once' }).click());
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
  const site = `localhost:${server.address().port}`;
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
  return { said, checks: checks.length };
}

async function download(page, link, name) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: link }).click()]);
  assert.equal(await file.failure(), null);
  await file.saveAs(path.join(plan.downloads, name ?? file.suggestedFilename()));
}

async function signing() {
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

// audits looks at every page of the console by axe-core, at each width and in both schemes.
async function audits() {
  const stranger = (await visitor({ javaScriptEnabled: true })).context();
  const insider = await scripted(await enter(plan.links['jonas-lindqvist']));
  const signatory = await scripted(mara);
  const at = (address) => (page) => open(page, address);
  const id = 'GET /agreements/{id}';
  // Each route, and the pages that come of it: whose, how they are reached, and at which widths their contrast is measured
  // if not at all: that is slow where the whole text stands, whose colours do not change with the width, and whose margin
  // the pages of single clauses have too. A route without pages gives none, or one that another route gives.
  const pages = {
    [id]: [[insider, revoked, [1280]], [signatory, at(second), []], [stranger, at(home)]],
    [`${id}/versions/{version}`]: [[insider, at(`${home}/versions/1`), []]],
    [`${id}/clauses/{clause}`]: ['2.1', '2.2', '6.1', 'C'].map((clause) => [insider, at(`${home}/clauses/${clause}`)]).concat([[signatory, at(`${second}/clauses/signatures`)]]),
    [`${id}/ledger`]: [[insider, at(`${home}/ledger`)]],
    [`${id}/ledger/{entry}`]: [[insider, at(`${home}/ledger/0`)], [insider, at(`${home}/ledger/3`)]],
    [`${id}/ledger/{entry}/leaf`]: [],
    [`${id}/ledger/{entry}/proof`]: [],
    [`${id}/bundle`]: [],
    'GET /{$}': [[stranger, at(`${plan.console}/`)], [stranger, at(`${plan.console}/?left`)], [insider, at(`${plan.console}/nothing`)]],
    'GET /enter/{link}': [[stranger, at(plan.links['finn-petersen'])], [stranger, at(`${plan.console}/enter/nothing`)]],
    'GET /static/{file}': [],
    'POST /enter': [],
    'POST /leave': [],
    'POST /agreements/{id}/signatures': [],
    'POST /agreements/{id}/milestones/completion': [[insider, refusedEvidence]],
    'POST /agreements/{id}/milestones/reopening': [],
    'POST /agreements/{id}/keys': [[insider, issuedKey]],
    'POST /agreements/{id}/keys/revocation': [],
  };
  await check('every route has its pages here', async () => assert.deepEqual(plan.routes.toSorted(), Object.keys(pages).toSorted()));
  const queue = Object.entries(pages).flatMap(([route, all]) => all.map((one, i) => [`${route}${i > 0 ? `, ${i + 1}` : ''}`, ...one]));
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await audit(...next);
  };
  await Promise.all([work(), work()]); // two cores
}

// scripted is a further browser in the session of a person, with JavaScript, which axe-core needs.
async function scripted(page) {
  return (await visitor({ javaScriptEnabled: true, storageState: await page.context().storageState() })).context();
}

async function issuedKey(page) {
  await open(page, home);
  return issue(page, 'embed', (button) => button.click());
}

// revoked is the living contract just after an act, so that it also says what was done.
async function revoked(page) {
  const { id } = await issuedKey(page);
  await open(page, home);
  await unfold(page);
  await revoke(page, id);
}

async function refusedEvidence(page) {
  await open(page, home);
  const item = margin(page, 'clause 2.2').getByRole('listitem').filter({ hasText: 'offered to customers' });
  await item.locator('summary', { hasText: 'Complete' }).click();
  await item.getByLabel('Address or digest').fill('the press');
  assert.equal((await go(page, () => item.getByRole('button').click())).status(), 422);
}

function audit(name, context, reach, contrast = widths) {
  return check(`axe: ${name}`, async () => {
    const page = idle.get(context)?.pop() ?? (await context.newPage());
    const violations = [];
    try {
      await page.setViewportSize({ width: widths[0], height: 900 });
      await reach(page);
      await page.evaluate(axe);
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        await fits(page);
        await page.evaluate(() => document.querySelectorAll('details').forEach((d) => (d.open = true)));
        for (const colorScheme of ['light', 'dark']) {
          await page.emulateMedia({ colorScheme });
          await fits(page);
          for (const v of await page.evaluate(violated, { colorScheme, contrast: contrast.includes(width) })) violations.push(`${width} px, ${colorScheme}: ${v}`);
        }
        await page.evaluate(() => document.querySelectorAll('details').forEach((d) => (d.open = false)));
      }
    } finally {
      idle.set(context, [...(idle.get(context) ?? []), page]); // a new window costs more than a page
    }
    assert.deepEqual(violations, []);
  });
}

// violated runs in the page. The dark scheme differs in its colours alone, so that only their rules are tried again.
async function violated({ colorScheme, contrast }) {
  if (colorScheme === 'dark' && !contrast) return [];
  const some = colorScheme === 'dark' ? { runOnly: ['color-contrast', 'link-in-text-block'] } : { rules: { 'color-contrast': { enabled: contrast } } };
  const { violations } = await axe.run(document, { resultTypes: ['violations'], preload: false, ...some });
  return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 200)}: ${n.failureSummary}`)).slice(0, 5);
}
