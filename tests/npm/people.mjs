// People who visit the console of a running demo in a real Chromium, and what they do there. Says what browser.mjs
// and audit.mjs share; see browser.mjs for the plan.

import assert from 'node:assert/strict';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { chromium } from 'playwright-core';

export const plan = JSON.parse(await text(process.stdin));
export const home = `${plan.console}/agreements/${plan.agreement}`;
export const second = `${plan.console}/agreements/${plan.second.agreement}`;
const results = [];
export const hosts = new Set([new URL(plan.console).host]); // that pages may send requests to
const faults = []; // what went wrong behind the checks' back
const timeout = 60_000; // milliseconds, of each step: a machine may be busy

const browser = await chromium.launch({
  executablePath: plan.chromium,
  timeout: 60_000,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

// check runs one check, in which pages may be answered with the statuses that are expected.
export async function check(name, run, expected = []) {
  const begin = performance.now();
  const result = { name, ok: true };
  try {
    Object.assign(result, await run());
    assert.deepEqual(faults.filter((f) => !expected.some((status) => f.includes(`a status of ${status} `))), []);
  } catch (e) {
    Object.assign(result, { ok: false, error: `${e.message}`.slice(0, 4000) });
  }
  faults.length = 0;
  result.milliseconds = Math.round(performance.now() - begin);
  results.push(result);
  console.error(`${result.ok ? 'ok' : 'FAILED'} ${result.milliseconds} ms ${name}`);
}

// report runs checks and says how they went; see browser.mjs.
export async function report(run) {
  try {
    await run();
  } catch (e) {
    results.push({ name: 'the checks as a whole', ok: false, error: e.stack });
  } finally {
    await browser.close();
  }
  const failed = results.filter((r) => !r.ok).length;
  console.log(JSON.stringify({ browser: browser.version(), passed: results.length - failed, failed, results }, null, 2));
  process.exitCode = failed > 0 ? 1 : 0;
}

// visitor opens a browser of its own for a person, and watches it.
export async function visitor(options = {}) {
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
export async function go(page, act) {
  const settled = (r) => r.request().isNavigationRequest() && r.frame() === page.mainFrame() && (r.status() < 300 || r.status() > 399);
  const [response] = await Promise.all([page.waitForResponse(settled), act()]);
  const bare = (address) => address.split('#')[0];
  await page.waitForURL((url) => bare(url.href) === bare(response.url())); // the answer is there before the page is
  return response;
}

export function open(page, address) {
  return go(page, () => page.goto(address));
}

export function press(page, name) {
  return go(page, () => page.getByRole('button', { name }).click());
}

// scripted is a further browser in the session of a person, with JavaScript.
export async function scripted(page, options) {
  return visitor({ javaScriptEnabled: true, storageState: await page.context().storageState(), ...options });
}

// enter comes in by a link and is then on the living contract.
export async function enter(link, options) {
  const page = await visitor(options);
  await open(page, link);
  const response = await press(page, /^Enter as /);
  assert.equal(response.status(), 200);
  return page;
}

export async function says(where, what) {
  assert.match((await where.innerText()).replace(/\s+/g, ' '), what);
}

export function margin(page, of) {
  return page.getByRole('note', { name: `Margin of ${of}`, exact: true });
}

// picture keeps what a page looks like, for people to look at after a test.
export async function picture(page, name) {
  await page.screenshot({ path: path.join(plan.pictures, `${name}.png`), fullPage: true });
}

export function main(page) {
  return page.getByRole('main');
}

// milestoneForm opens the form by which the milestone with a title is confirmed.
export async function milestoneForm(page, title) {
  const item = margin(page, 'clause 2.2').getByRole('listitem').filter({ hasText: title });
  await item.locator('summary', { hasText: 'Complete' }).click();
  return item.locator('form');
}

// assign asks, on the page of clause 13.3, to assign the agreement from a day of the year 2045 to somebody for whom people
// act, by their names.
export async function assign(page, to, people) {
  await page.locator('summary', { hasText: 'Assign the agreement' }).click();
  await page.getByLabel('Full legal name').fill(to);
  await page.getByLabel('Registered address').fill('Kai 1, 24103 Kiel, Germany');
  await page.getByLabel('What it is to your party').selectOption('other');
  await page.getByLabel('From the day').fill('2045-01-02');
  for (const name of people) await page.getByLabel(name).check();
  await page.getByLabel(/^Where it is shown/).fill('https://files.example/deed.pdf');
  return press(page, 'Assign the agreement');
}

// issue fills in the form for a key and gives what the next page shows.
export async function issue(page, component, click) {
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

export function keyItem(page, id) {
  return margin(page, 'clause 2.1').getByRole('listitem').filter({ hasText: id });
}

// unfold shows the live keys, of which there are many.
export async function unfold(page) {
  await margin(page, 'clause 2.1').locator('summary', { hasText: 'live keys' }).click();
}

export async function revoke(page, id) {
  const item = keyItem(page, id);
  await item.locator('summary').click();
  await item.getByLabel('Reason').fill('only tried');
  await go(page, () => item.getByRole('button', { name: 'Revoke at once' }).click());
}
