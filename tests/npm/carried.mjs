// Opens the page of a bundle in a real Chromium, from a file, as whoever was given it does: untouched, and with each
// kind of part changed.
//
//   npm ci
//   node carried.mjs < plan.json
//
// plan.json:
//   chromium   path of the browser
//   page       path of the page; its agreement has a version that both signed
//   confirmed  path of the page of an agreement that one party signed with a passkey, and for the other somebody by a code
//   statements statements with which a party signs: name, whether it holds, manifest, terms, signed, and others of its version
//   folder     a folder for pages that are changed
//   vectors    Wycheproof's file of Ed25519 signatures, or null
//
// Prints one JSON object as browser.mjs does, and ends like it.

import assert from 'node:assert/strict';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const plan = await json(process.stdin);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const whole = readFileSync(plan.page, 'utf8');
const within = /(<script type="application\/json" id="data">)(.*)(<\/script>)/;
const data = () => JSON.parse(within.exec(whole)[2]);
const results = [];
const faults = [];
const browser = await chromium.launch({ executablePath: plan.chromium, timeout: 60_000, args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });

async function check(name, run) {
  const begin = performance.now();
  const result = { name, ok: true };
  try {
    await run();
    assert.deepEqual(faults, []);
  } catch (e) {
    Object.assign(result, { ok: false, error: `${e.message}`.slice(0, 4000) });
  }
  faults.length = 0;
  results.push({ ...result, milliseconds: Math.round(performance.now() - begin) });
  console.error(`${result.ok ? 'ok' : 'FAILED'} ${name}`);
}

// opened opens a file and waits for its verdict. Whatever it asks of the network is a fault.
async function opened(file, { settled = true, init, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options });
  const address = pathToFileURL(file).href;
  context.on('request', (r) => r.url() !== address && !r.url().startsWith('blob:') && faults.push(`a request left for ${r.url().slice(0, 200)}`));
  context.on('weberror', (e) => faults.push(`a script failed: ${e.error()}`));
  if (init) await context.addInitScript(init);
  const page = await context.newPage();
  await page.goto(address);
  if (settled) await page.locator('body[data-done]').waitFor({ timeout: 60_000 });
  return page;
}

const summary = (page) => page.locator('#summary').innerText();

// changed is the page with other data, as a file.
function changed(change) {
  const all = data();
  change(all);
  const file = path.join(plan.folder, 'changed.html');
  writeFileSync(file, whole.replace(within, (_, before, __, after) => before + JSON.stringify(all).replaceAll('<', '\\u003c') + after));
  return file;
}

// failed reports whether the page finds something wrong with data.
const failed = (page, all) =>
  page.evaluate(async (all) => {
    const { versions, ledger, documents } = await judged(all);
    return [...versions, ...ledger, ...documents].some((v) => v.ok === false);
  }, all);

const bytes = (text) => Buffer.from(text, 'base64');
// edited is base64 of a text with one part of it another.
function edited(text, from, to) {
  const before = bytes(text).toString('utf8');
  assert.ok(before.includes(from), `there is no ${from}`);
  return Buffer.from(before.replace(from, to)).toString('base64');
}

const typed = (all, type) => all.entries.findIndex((e) => bytes(e).includes(`"type":"${type}"`));
const named = (all, name) => {
  for (const e of all.entries) {
    const found = JSON.parse(bytes(e)).entry.body.documents?.find((d) => d.name === name);
    if (found) return all.documents.find((d) => d.digest === found.digest);
  }
  throw new Error(`there is no ${name}`);
};
const newest = (all) => all.checkpoints.length - 1;
// respelled gives a document other content, and the digest of that.
function respelled(d, content) {
  d.data = Buffer.from(content).toString('base64');
  d.digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

const changes = {
  'a word in an entry': (all) => (all.entries[1] = edited(all.entries[1], '"actor":"', '"actor":"x')),
  'the time of an entry': (all) => (all.entries[2] = edited(all.entries[2], '"time":"20', '"time":"19')),
  'the signature of an entry': (all) => (all.entries[2] = edited(all.entries[2], '"signature":"', '"signature":"AAAA').replace(/.{4}$/, '')),
  'the key that an entry names': (all) => (all.entries[2] = edited(all.entries[2], /"key":"[0-9a-f]{16}","signature"/.exec(bytes(all.entries[2]))[0].slice(0, 12), `"key":"0000`)),
  'an entry that is spelled otherwise': (all) => (all.entries[2] = edited(all.entries[2], '{"entry"', '{ "entry"')),
  'an entry taken out': (all) => all.entries.splice(2, 1),
  'the last entry taken out': (all) => all.entries.pop(),
  'an entry twice': (all) => all.entries.push(all.entries.at(-1)),
  'two entries exchanged': (all) => ([all.entries[3], all.entries[4]] = [all.entries[4], all.entries[3]]),
  'the first entry': (all) => (all.entries[0] = edited(all.entries[0], '"custody":"node"', '"custody":"party"')),
  'every entry taken out': (all) => (all.entries = []),
  'the root of a checkpoint': (all) => {
    const root = bytes(all.checkpoints[newest(all)]).toString('utf8').split('\n')[2];
    all.checkpoints[newest(all)] = edited(all.checkpoints[newest(all)], root, root.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')));
  },
  'the signatures under a checkpoint': (all) => (all.checkpoints[newest(all)] = Buffer.from(bytes(all.checkpoints[newest(all)]).toString('utf8').replace(/(— \S+ \S{20})(.)/g, (_, a, b) => a + (b === 'A' ? 'B' : 'A'))).toString('base64')),
  'a cosignature taken out': (all) => (all.checkpoints = all.checkpoints.map((c) => Buffer.from(bytes(c).toString('utf8').replace(/— \S+\/b \S+\n/, '')).toString('base64'))),
  'the last checkpoint taken out': (all) => all.checkpoints.pop(),
  'every checkpoint taken out': (all) => (all.checkpoints = []),
  'two checkpoints exchanged': (all) => all.checkpoints.reverse(),
  'the list of keys': (all) => all.keys.reverse(),
  'the name of the agreement': (all) => (all.agreement = `${all.agreement}x`),
  'a byte of the PDF': (all) => (named(all, 'agreement.pdf').data = edited(named(all, 'agreement.pdf').data, '%PDF-1.7', '%PDF-1.6')),
  'a word of the terms': (all) => (named(all, 'terms.json').data = edited(named(all, 'terms.json').data, '"net_days":30', '"net_days":31')),
  'the terms, with a digest of their own': (all) => respelled(named(all, 'terms.json'), bytes(named(all, 'terms.json').data).toString('utf8').replace('"net_days":30', '"net_days":31')),
  'the manifest, with a digest of its own': (all) => respelled(named(all, 'manifest.json'), bytes(named(all, 'manifest.json').data).toString('utf8').replace('"number":"', '"number":"X')),
  "a signer's name": (all) => (named(all, 'signature-a.json').data = edited(named(all, 'signature-a.json').data, '"name":"Mara', '"name":"Sara')),
  "a signer's name, with a digest of its own": (all) => respelled(named(all, 'signature-a.json'), bytes(named(all, 'signature-a.json').data).toString('utf8').replace('"name":"Mara', '"name":"Sara')),
  'a document taken out': (all) => all.documents.splice(all.documents.indexOf(named(all, 'agreement.md')), 1),
  'a document put in': (all) => all.documents.push({ digest: `sha256:${'1'.repeat(64)}`, media_type: 'text/plain', data: 'eA==' }),
  'the type of a document': (all) => (named(all, 'agreement.md').media_type = 'text/html'),
};

const passkeyOf = (all, change) => {
  const d = named(all, 'signature-a.json');
  const signed = JSON.parse(bytes(d.data));
  change(signed.assertion);
  respelled(d, JSON.stringify(signed)); // its members are in order, and so is every one within
};
const flipped = (text) => {
  const b = bytes(text);
  b[b.length - 1] ^= 1;
  return b.toString('base64');
};

// confirmedChanges are of the page whose parties signed with a passkey and by a code. What a statement says, apart from
// its digest, is judged below, case by case.
const confirmedChanges = {
  'the signature of the passkey': (all) => passkeyOf(all, (a) => (a.signature = flipped(a.signature))),
  'what the browser was asked': (all) => passkeyOf(all, (a) => (a.client_data = edited(a.client_data, 'node.example', 'evil.example'))),
  'what the device said': (all) => passkeyOf(all, (a) => (a.authenticator_data = flipped(a.authenticator_data))),
  'the name of who has the passkey': (all) => respelled(named(all, 'signature-a.json'), bytes(named(all, 'signature-a.json').data).toString('utf8').replace('"name":"Mara', '"name":"Sara')),
  'the mailbox to which the code went': (all) => respelled(named(all, 'signature-b.json'), bytes(named(all, 'signature-b.json').data).toString('utf8').replace('"mailbox":"conor', '"mailbox":"eve')),
  'what the signer agreed to': (all) => respelled(named(all, 'signature-b.json'), bytes(named(all, 'signature-b.json').data).toString('utf8').replace('"consent":"I agree', '"consent":"I do not agree')),
};

const own = () => Object.defineProperty(globalThis, 'crypto', { value: {} }); // a browser without Ed25519

try {
  for (const [name, init] of [['by the browser', undefined], ['by the code in the page', own]]) {
    await check(`an untouched page holds, its signatures verified ${name}`, async () => {
      const page = await opened(plan.page, { init });
      assert.match(await summary(page), /^All \d+ verdicts hold\.$/);
      assert.match(await page.locator('#parties').innerText(), / and .*; on its node it is agr_/);
      await page.context().close();
    });
  }
  for (const name of ['a word in an entry', 'the last checkpoint taken out', 'a byte of the PDF', "a signer's name, with a digest of its own"]) {
    await check(`found in the file: ${name}`, async () => {
      const page = await opened(changed(changes[name]));
      assert.match(await summary(page), /FAILED|failed/);
      assert.equal(await page.evaluate(() => document.body.dataset.done), 'bad');
      await page.context().close();
    });
  }
  const judge = await opened(plan.page); // one page for whatever else is changed
  for (const [name, change] of Object.entries(changes)) {
    await check(`found: ${name}`, async () => {
      const all = data();
      change(all);
      assert.ok(await failed(judge, all));
    });
  }
  await check('no byte of any part can be changed unseen', async () => {
    for (let i = 0; i < 60; i++) {
      const all = data();
      const [kind, list, member] = [['an entry', all.entries], ['a checkpoint', all.checkpoints], ['a document', all.documents, 'data']][i % 3];
      const at = randomInt(list.length);
      const part = bytes(member ? list[at][member] : list[at]);
      const byte = randomInt(part.length);
      part[byte] ^= 1 << randomInt(8);
      if (member) list[at][member] = part.toString('base64');
      else list[at] = part.toString('base64');
      assert.ok(await failed(judge, all), `byte ${byte} of ${kind}, number ${at}, was changed unseen`);
    }
    assert.ok(!(await failed(judge, data())));
    await judge.context().close();
  });
  await check('statements by a passkey and by a code hold, and the page says how far', async () => {
    const page = await opened(plan.confirmed);
    assert.match(await summary(page), /^All \d+ verdicts hold\.$/);
    const said = await page.locator('#versions').innerText();
    assert.match(said, /Mara Voss, Managing Director, signed on .* with key passkey:\S{43}, by which their device confirmed this statement at https:\/\/node\.example:8443\./);
    assert.match(said, /Conor Whelan, [^,]+, for Aoife Kearney, Chief Executive Officer, who delegated it by entry 3, signed .*a simple electronic signature\. The node says that a code that it sent to conor\.whelan@tidewater\.example came back/);
    assert.match(said, /For whom Conor Whelan signed.*It counted when it was signed/s);
    await page.getByLabel('Party A signs with').fill(/passkey:\S{43}/.exec(said)[0]);
    await page.getByRole('button', { name: 'Verify again' }).click();
    await page.getByText('with the key that you named, by which their device').waitFor();
    assert.match(await summary(page), /^All/);
    await page.context().close();
  });
  await check('a browser that cannot verify a passkey says so', async () => {
    const page = await opened(plan.confirmed, { init: own });
    assert.match(await summary(page), /^All \d+ verdicts hold\. 1 is not checked here\.$/);
    await page.context().close();
  });
  const stated = await opened(plan.confirmed);
  await check('who signs for another needs a delegation that counts', async () => {
    const got = await stated.evaluate(async () => {
      const { statement } = JSON.parse(JSON.stringify({ statement: { delegated: { by: 'A', title: 'B', delegation: 'del_1', entry: 3 }, name: 'C' } }));
      const shelf = { content: () => utf8.encode(canonical({ statement })) };
      const signature = { documents: [{ digest: '' }], party: 'b', signer: 'per_c', n: 5, time: '2026-12-01T09:00:00.000000Z' };
      const given = { n: 3, type: 'agreement.signing_delegated/1', body: { id: 'del_1', party: 'b', to: 'per_c', until: '2026-12-02T00:00:00Z' } };
      const ended = { n: 4, type: 'agreement.delegation_ended/1', body: { id: 'del_1' } };
      const judge = (entries, s = signature) => judgeDelegation('', s, shelf, entries)[0].ok;
      return [judge([given]), judge([]), judge([given, ended]), judge([given, { ...ended, n: 6 }]), judge([{ ...given, n: 4 }]), judge([given], { ...signature, signer: 'per_d' }), judge([given], { ...signature, party: 'a' }), judge([given], { ...signature, time: '2026-12-02T00:00:00.000000Z' })];
    });
    assert.deepEqual(got, [true, false, false, true, false, false, false, false]);
  });
  for (const [name, change] of Object.entries(confirmedChanges)) {
    await check(`found: ${name}`, async () => {
      const all = JSON.parse(within.exec(readFileSync(plan.confirmed, 'utf8'))[2]);
      change(all);
      assert.ok(await failed(stated, all));
    });
  }
  await check('each statement is judged as entente verify judges it', async () => {
    assert.ok(plan.statements.length > 60);
    const got = await stated.evaluate(async (all) => {
      const spelled = (v) => utf8.encode(canonical(v));
      return Promise.all(all.map(({ manifest, terms, signed, others }) => judgeSignature('', { party: 'a', manifest, documents: [{ digest: '' }] }, { manifest }, terms, { content: () => spelled(signed) }, others.map((o) => o.statement), {})));
    }, plan.statements);
    const differ = plan.statements.map((s, i) => [s.name, s.holds, got[i].ok === true, got[i].why]).filter(([, holds, ok]) => holds !== ok);
    assert.deepEqual(differ, []);
    assert.deepEqual(plan.statements.filter((_, i) => got[i].ok === null).map((s) => s.name), ['a key that signs in an unknown form']);
    await stated.context().close();
  });
  await check('no other code runs in the page', async () => {
    const file = path.join(plan.folder, 'code.html');
    writeFileSync(file, whole.replace('const failed = all.filter((v) => v.ok === false).length;', 'const failed = 0;'));
    assert.notEqual(readFileSync(file, 'utf8'), whole);
    const page = await opened(file, { settled: false });
    await page.waitForTimeout(1000);
    assert.equal(await summary(page), 'Verifying…');
    await page.context().close();
  });
  await check('without JavaScript the page says what does the same', async () => {
    const page = await opened(plan.page, { settled: false, javaScriptEnabled: false });
    assert.match(await page.locator('main').innerText(), /entente verify/);
    await page.context().close();
  });
  await check('keys that the reader knows are compared', async () => {
    const page = await opened(plan.page);
    const used = /with key (ed25519:\S+?),/.exec(await page.locator('#versions').innerText())[1];
    const field = page.getByLabel('Party A signs with');
    await field.fill(used);
    await page.getByRole('button', { name: 'Verify again' }).click();
    await page.getByText('with the key that you named').first().waitFor();
    assert.match(await summary(page), /^All/);
    await field.fill(`ed25519:${randomBytes(32).toString('base64')}`);
    await page.getByRole('button', { name: 'Verify again' }).click();
    await page.getByText('and you know').waitFor();
    assert.match(await summary(page), /failed/);
    await page.context().close();
  });
  await check('a document is saved as it was signed', async () => {
    const page = await opened(plan.page);
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save agreement.pdf' }).click();
    const download = await waiting;
    assert.equal(download.suggestedFilename(), 'agreement.pdf');
    assert.deepEqual(readFileSync(await download.path()), bytes(named(data(), 'agreement.pdf').data));
    await page.context().close();
  });
  await check('axe: the page, on a desk and on the narrowest phone, in light and dark, whole and with what failed', async () => {
    const violations = [];
    for (const file of [plan.page, changed(changes['a word in an entry'])]) {
      const page = await opened(file);
      await page.evaluate(() => document.querySelectorAll('details').forEach((d) => (d.open = true)));
      await page.evaluate(axe);
      for (const width of [1280, 320]) {
        await page.setViewportSize({ width, height: 900 });
        const [needs, has] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
        assert.ok(needs <= has, `the page is ${needs} px wide in a window of ${has} px`);
        for (const colorScheme of ['light', 'dark']) {
          await page.emulateMedia({ colorScheme });
          const found = await page.evaluate(async () => (await globalThis.axe.run(document, { resultTypes: ['violations'], preload: false, ...(matchMedia('(prefers-color-scheme: dark)').matches && { runOnly: ['color-contrast'] }) })).violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 200)}`));
          violations.push(...found.map((v) => `${width} px, ${colorScheme}: ${v}`));
        }
      }
      await page.context().close();
    }
    assert.deepEqual(violations, []);
  });
  await check('its own SHA-2 is that of the standard', async () => {
    const page = await opened(plan.page);
    for (const length of [0, 1, 55, 56, 63, 64, 111, 112, 127, 128, 1000]) {
      const message = randomBytes(length);
      const got = await page.evaluate((m) => [hex(sha256(Uint8Array.from(m))), hex(sha512(Uint8Array.from(m)))], [...message]);
      assert.deepEqual(got, ['sha256', 'sha512'].map((h) => createHash(h).update(message).digest('hex')));
    }
    await page.context().close();
  });
  if (plan.vectors) {
    await check('its own Ed25519 judges published signatures as they are', async () => {
      const page = await opened(plan.page);
      const cases = JSON.parse(readFileSync(plan.vectors, 'utf8')).testGroups.flatMap((g) => g.tests.map((t) => ({ ...t, key: g.publicKey.pk })));
      assert.ok(cases.length > 100);
      const got = await page.evaluate((cases) => {
        const raw = (h) => Uint8Array.from(h.match(/../g) ?? [], (x) => parseInt(x, 16));
        return cases.map((c) => raw(c.sig).length === 64 && verifiedHere(raw(c.key), raw(c.msg), raw(c.sig)));
      }, cases);
      cases.forEach((c, i) => assert.equal(got[i], c.result === 'valid', `${c.tcId} ${c.comment}`));
      await page.context().close();
    });
  }
} catch (e) {
  results.push({ name: 'the checks as a whole', ok: false, error: e.stack });
} finally {
  await browser.close();
}
const wrong = results.filter((r) => !r.ok).length;
console.log(JSON.stringify({ browser: browser.version(), passed: results.length - wrong, failed: wrong, results }, null, 2));
process.exitCode = wrong > 0 ? 1 : 0;
