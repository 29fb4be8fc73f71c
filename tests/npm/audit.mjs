// Looks at every page of the console by axe-core.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { example, founder } from './begin.mjs';
import { legible } from './layout.mjs';
import { assign, check, enter, go, home, issue, milestoneForm, open, plan, press, revoke, scripted, second, unfold, visitor } from './people.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const widths = [1280, 375, 320]; // px: a desk, a phone, the narrowest that WCAG asks for
const idle = new Map(); // windows that are not in use, by their browser

// audits looks at each page at each width and in both schemes. mara is a signatory's visit to the agreement that is not signed.
export async function audits(mara) {
  const stranger = (await visitor({ javaScriptEnabled: true })).context();
  const insider = (await scripted(await enter(plan.links['jonas-lindqvist']))).context();
  const signatory = (await scripted(mara)).context();
  const assigner = (await enter(plan.both.first['aoife-kearney again'], { javaScriptEnabled: true })).context();
  const [blank, author] = await Promise.all(plan.beginnings.slice(2).map(async (link) => (await scripted(await founder(link))).context()));
  await example(await author.newPage());
  const at = (address) => (page) => open(page, address);
  const id = 'GET /agreements/{id}';
  // Each route, and the pages that come of it: whose, and how they are reached. The first has the whole text, whose contrast
  // takes long to measure, so that is done at one width; from other pages the same text is taken away before. A route
  // without pages gives none, or one that another route gives.
  const whole = { contrast: [widths[0]] };
  const again = { without: '.wording' };
  const pages = {
    [id]: [[insider, revoked, whole], [signatory, at(second), again], [insider, at(`${home}?q=punitive`), again], [signatory, at(`${second}?show=mine`), again], [stranger, at(home)]],
    [`${id}/versions/{version}`]: [[insider, at(`${home}/versions/1`), again]],
    [`${id}/clauses/{clause}`]: ['2.1', '2.2', '6.1', '8.2', 'C'].map((clause) => [insider, at(`${home}/clauses/${clause}`)]).concat([[signatory, at(`${second}/clauses/signatures`)]], ['12.2', '13.3', '13.5'].map((clause) => [assigner, at(`${home}/clauses/${clause}`)])),
    [`${id}/letters/{letter}`]: [[assigner, gaveLetter]],
    [`${id}/termination`]: [[assigner, at(`${home}/termination`)], [insider, at(`${home}/termination`)]],
    [`${id}/negotiation`]: [[insider, at(`${home}/negotiation`)], [signatory, at(`${second}/negotiation`)]],
    [`${id}/negotiation/redline`]: [[insider, at(`${home}/negotiation/redline?old=1&new=1`)]],
    [`${id}/components`]: [[insider, at(`${home}/components`)]],
    [`${id}/components/{component}`]: ['summarise', 'embed'].map((name) => [insider, at(`${home}/components/${name}`)]),
    [`${id}/draft`]: [[signatory, at(`${second}/draft`)], [insider, at(`${home}/draft`)]],
    [`${id}/draft/{section}`]: ['commerce', 'agreement'].map((section) => [signatory, at(`${second}/draft/${section}`)]),
    'POST /agreements/{id}/draft': [],
    'POST /agreements/{id}/draft/{section}': [],
    'POST /agreements/{id}/draft/disposal': [],
    [`${id}/timeline`]: [[insider, at(`${home}/timeline`)]],
    [`${id}/ledger`]: [[insider, at(`${home}/ledger`)], [insider, at(`${home}/ledger?clause=2.2`)]],
    [`${id}/ledger/{entry}`]: [[insider, at(`${home}/ledger/0`)], [insider, at(`${home}/ledger/3`)]],
    [`${id}/ledger/verification`]: [],
    [`${id}/ledger/{entry}/leaf`]: [],
    [`${id}/ledger/{entry}/proof`]: [],
    [`${id}/bundle`]: [],
    [`${id}/happenings`]: [],
    [`${id}/calls/{call}`]: [['answered with 200', 'refused with'].map((outcome) => [insider, (page) => called(page, outcome)])].flat(),
    [`${id}/calls/{call}/receipt`]: [],
    [`${id}/components/{component}/happenings`]: [],
    'GET /{$}': [[stranger, at(`${plan.console}/`)], [stranger, at(`${plan.console}/?left`)], [insider, at(`${plan.console}/nothing`)]],
    'GET /portfolio': [[insider, at(`${plan.console}/portfolio`)]],
    'POST /seats': [],
    'POST /me/tokens': [],
    'POST /me/signers': [[insider, refusedSigner]],
    'GET /enter/{link}': [[stranger, at(plan.links['finn-petersen'])], [stranger, at(`${plan.console}/enter/nothing`)]],
    'GET /begin': [[blank, at(`${plan.console}/begin`)], [author, at(`${plan.console}/begin`)], [blank, unread]],
    'GET /begin/questions': [[blank, at(`${plan.console}/begin/questions`)]],
    'GET /begin/{section}': [[author, at(`${plan.console}/begin/commerce`)]],
    'GET /begin/attachments': [[author, at(`${plan.console}/begin/attachments`)]],
    'GET /begin/attachments/{digest}': [],
    'GET /begin/file': [],
    'POST /begin': [],
    'POST /begin/questions': [[blank, unanswered]],
    'POST /begin/file': [],
    'POST /begin/example': [],
    'POST /begin/disposal': [],
    'POST /begin/attachments': [],
    'POST /begin/attachments/removal': [],
    'POST /begin/{section}': [],
    [`${id}/draft/attachments`]: [[signatory, at(`${second}/draft/attachments`)]],
    [`${id}/draft/attachments/{digest}`]: [],
    'POST /agreements/{id}/draft/attachments': [],
    'POST /agreements/{id}/draft/attachments/removal': [],
    'GET /static/{file}': [],
    'POST /enter': [],
    'POST /leave': [],
    'POST /agreements/{id}/negotiation/answers': [],
    'POST /agreements/{id}/negotiation/refusal': [],
    'POST /agreements/{id}/negotiation/withdrawal': [],
    'POST /agreements/{id}/negotiation/delegations': [],
    'POST /agreements/{id}/negotiation/delegations/end': [],
    'POST /agreements/{id}/negotiation/comments': [],
    'POST /agreements/{id}/negotiation/replies': [],
    'POST /agreements/{id}/negotiation/resolutions': [],
    'POST /passkeys/entry': [],
    'POST /codes': [],
    'GET /sso/{agreement}/{party}': [[stranger, at(`${plan.console}/sso/nothing/a`)]],
    'GET /sso/{agreement}/{party}/back': [[stranger, at(`${plan.console}/sso/${plan.agreement}/a/back`)]],
    'POST /codes/entry': [],
    [`${id}/people`]: [[insider, at(`${home}/people`)], [signatory, at(`${second}/people`)]],
    'POST /agreements/{id}/people/sign-in': [],
    'POST /agreements/{id}/people/sign-in/removal': [],
    'POST /agreements/{id}/people/invitations': [],
    [`${id}/people/{person}/erasure`]: [[signatory, askedToErase]],
    'POST /agreements/{id}/people/{person}/erasure': [],
    [`${id}/sign`]: [[insider, at(`${home}/sign`)], [signatory, at(`${second}/sign`)]],
    'POST /agreements/{id}/sign': [],
    'POST /agreements/{id}/sign/code': [],
    'POST /agreements/{id}/sign/mailed': [],
    'GET /me': [[insider, at(`${plan.console}/me`)], [signatory, at(`${plan.console}/me?did=name`)]],
    [`${id}/notifications`]: [[insider, at(`${home}/notifications`)], [insider, at(`${home}/notifications?unread`)]],
    [`${id}/notifications/{item}`]: [[insider, openedNotification]],
    'POST /agreements/{id}/notifications/reading': [],
    [`${id}/notifications/preferences`]: [[insider, at(`${home}/notifications/preferences`)]],
    'POST /agreements/{id}/notifications/preferences': [],
    [`${id}/programs`]: [[insider, at(`${home}/programs`)], [signatory, at(`${second}/programs`)]],
    'POST /agreements/{id}/programs': [],
    'POST /agreements/{id}/programs/end': [],
    [`${id}/feeds`]: [[insider, at(`${home}/feeds`)]],
    [`${id}/tables/{table}`]: [],
    'POST /agreements/{id}/calendars': [[insider, madeCalendar]],
    'POST /agreements/{id}/calendars/end': [],
    [`${id}/webhooks`]: [[insider, at(`${home}/webhooks`)]],
    'POST /agreements/{id}/webhooks': [[insider, refusedHook], [insider, madeHook]],
    [`${id}/webhooks/{webhook}`]: [],
    'POST /agreements/{id}/webhooks/{webhook}/test': [[insider, triedHook]],
    'POST /agreements/{id}/webhooks/{webhook}/secret': [],
    'POST /agreements/{id}/webhooks/{webhook}/replay': [],
    'POST /agreements/{id}/webhooks/{webhook}/pause': [],
    'POST /agreements/{id}/webhooks/{webhook}/resumption': [],
    'POST /agreements/{id}/webhooks/{webhook}/end': [],
    'POST /me/passkeys': [],
    'POST /me/passkeys/{passkey}/name': [],
    'POST /me/passkeys/{passkey}/removal': [],
    'POST /me/credentials/{credential}/end': [],
    'POST /me/sessions/end': [],
    'POST /agreements/{id}/clauses/{clause}/notes': [],
    'POST /agreements/{id}/clauses/{clause}/notes/removal': [],
    'POST /agreements/{id}/clauses/{clause}/waivers': [],
    'POST /agreements/{id}/clauses/{clause}/waivers/end': [],
    'POST /agreements/{id}/clauses/{clause}/letters': [],
    'POST /agreements/{id}/assignments': [[assigner, refusedAssignment]],
    'POST /agreements/{id}/assignments/consent': [],
    'POST /agreements/{id}/assignments/refusal': [],
    'POST /agreements/{id}/assignments/withdrawal': [],
    'POST /agreements/{id}/suspensions': [],
    'POST /agreements/{id}/suspensions/end': [],
    'POST /agreements/{id}/breaches': [],
    'POST /agreements/{id}/breaches/cure': [],
    'POST /agreements/{id}/changes': [],
    'POST /agreements/{id}/changes/settlement': [],
    'POST /agreements/{id}/termination': [],
    'POST /agreements/{id}/signatures': [],
    'POST /agreements/{id}/milestones/completion': [[insider, refusedEvidence]],
    'POST /agreements/{id}/milestones/reopening': [],
    'POST /agreements/{id}/certificates': [],
    'POST /agreements/{id}/keys': [[insider, issuedKey]],
    'POST /agreements/{id}/keys/revocation': [],
    'POST /agreements/{id}/components/{component}/keys': [],
    'POST /agreements/{id}/components/{component}/maintenance': [],
    'POST /agreements/{id}/components/{component}/maintenance/withdrawal': [],
    'POST /agreements/{id}/components/{component}/upstream': [],
    'POST /agreements/{id}/components/{component}/upstream/end': [],
    'POST /agreements/{id}/components/{component}/keys/revocation': [],
  };
  await check('every route has its pages here', async () => assert.deepEqual([...plan.routes].sort(), Object.keys(pages).sort()));
  const queue = Object.entries(pages).flatMap(([route, all]) => all.map((one, i) => [`${route}${i > 0 ? `, ${i + 1}` : ''}`, ...one]));
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await audit(...next);
  };
  await Promise.all([work(), work()]); // two cores
}

// called is the page of the last call with an outcome.
async function called(page, outcome) {
  await open(page, `${home}/components/summarise`);
  await go(page, () => page.getByRole('row').filter({ hasText: outcome }).first().getByRole('link').first().click());
}

// gaveLetter is the page of a side letter that was given just now.
async function gaveLetter(page) {
  await open(page, `${home}/clauses/13.4`);
  await page.locator('summary', { hasText: 'Give a side letter' }).click();
  await page.getByLabel('What it is about').fill('How we read it');
  await page.getByLabel('The letter').fill('Side letters are part of the record.');
  assert.equal((await press(page, 'Put the letter on record')).status(), 200);
  await go(page, () => page.getByRole('link', { name: 'How we read it' }).first().click());
}

// refusedAssignment is the page after an assignment was sent for which nobody acts.
async function refusedAssignment(page) {
  await open(page, `${home}/clauses/13.3`);
  assert.equal((await assign(page, 'Nordlicht SE', [])).status(), 422);
}

async function issuedKey(page) {
  await open(page, home);
  return issue(page, 'embed', (button) => button.click());
}

async function openedNotification(page) {
  await open(page, `${home}/notifications`);
  await go(page, () => page.locator('#notifications .check-head a').first().click());
}

async function madeCalendar(page) {
  await open(page, `${home}/feeds`);
  await page.locator('summary', { hasText: 'Make an address' }).click();
  await page.getByLabel('What it is for').fill('phone');
  assert.equal((await press(page, 'Make the address')).status(), 200);
}

async function hook(page, address) {
  await open(page, `${home}/webhooks`);
  await page.locator('summary', { hasText: 'Add a webhook' }).click();
  await page.getByLabel('Address').fill(address);
  return press(page, 'Add the webhook');
}

async function refusedHook(page) {
  assert.equal((await hook(page, 'http://10.0.0.1/')).status(), 422);
}

async function madeHook(page) {
  assert.equal((await hook(page, 'https://hooks.calluna.example/entente')).status(), 200);
}

// triedHook is the page of a webhook whose receiver is not there.
async function triedHook(page) {
  await madeHook(page);
  await go(page, () => page.getByRole('link', { name: 'To the webhook' }).click());
  await press(page, 'Send a test message');
}

async function askedToErase(page) {
  await open(page, `${second}/people`);
  await go(page, () => page.getByRole('link', { name: /^Erase/ }).first().click());
}

// revoked is the living contract just after an act, so that it also says what was done.
async function revoked(page) {
  const { id } = await issuedKey(page);
  await open(page, home);
  await unfold(page);
  await revoke(page, id);
}

// refusedSigner is the page after a key was sent that is none.
async function refusedSigner(page) {
  await open(page, `${plan.console}/me`);
  await page.locator('summary', { hasText: 'Add a key that signs' }).click();
  const form = page.locator('form', { has: page.getByRole('button', { name: 'Add the key' }) });
  await form.getByLabel('What it is for').fill('the nightly build');
  await form.getByLabel('Its public key').fill('none');
  assert.equal((await press(page, 'Add the key')).status(), 422);
}

// unread is the page after a file was brought in which there is no agreement.
async function unread(page) {
  await open(page, `${plan.console}/begin`);
  await page.locator('input[type=file]').setInputFiles({ name: 'x.txt', mimeType: 'text/plain', buffer: Buffer.from('x') });
  assert.equal((await press(page, 'Begin with the file')).status(), 422);
}

async function unanswered(page) {
  await open(page, `${plan.console}/begin/questions`);
  assert.equal((await press(page, 'Begin with these answers')).status(), 422);
}

async function refusedEvidence(page) {
  await open(page, home);
  const form = await milestoneForm(page, 'offered to customers');
  await form.getByLabel('Address or digest').fill('the press');
  assert.equal((await go(page, () => form.getByRole('button').click())).status(), 422);
}

function audit(name, context, reach, how) {
  return check(`axe: ${name}`, async () => {
    const page = idle.get(context)?.pop() ?? (await context.newPage());
    try {
      await page.setViewportSize({ width: widths[0], height: 900 });
      await reach(page);
      await accessible(page, how);
    } finally {
      idle.set(context, [...(idle.get(context) ?? []), page]); // a new window costs more than a page
    }
  });
}

// accessible looks at a page that is open, at each width and in both schemes; contrast at the widths that are named. What
// "without" selects is taken away before.
export async function accessible(page, { contrast = widths, without } = {}) {
  const violations = [];
  for (const open of [false, true]) {
    await page.evaluate((open) => document.querySelectorAll('details').forEach((d) => (d.open = open)), open);
    for (const width of widths) await legible(page, width);
  }
  if (without) await page.evaluate((without) => document.querySelectorAll(without).forEach((e) => e.replaceChildren()), without);
  await page.evaluate(axe);
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      for (const v of await page.evaluate(violated, { colorScheme, contrast: contrast.includes(width) })) violations.push(`${width} px, ${colorScheme}: ${v}`);
    }
  }
  assert.deepEqual(violations, []);
}

// violated runs in the page. The dark scheme differs in its colours alone, so that only their rules are tried again.
async function violated({ colorScheme, contrast }) {
  if (colorScheme === 'dark' && !contrast) return [];
  const some = colorScheme === 'dark' ? { runOnly: ['color-contrast', 'link-in-text-block'] } : { rules: { 'color-contrast': { enabled: contrast } } };
  const { violations } = await axe.run(document, { resultTypes: ['violations'], preload: false, ...some });
  return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 200)}: ${n.failureSummary}`)).slice(0, 5);
}
