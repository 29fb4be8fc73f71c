// Two people at one agreement, each in a Chromium of their own: what one does, the other sees without asking for the
// page again.
//
//   npm ci
//   node live.mjs < plan.json
//
// plan.json is that of browser.mjs, with links for jonas-lindqvist and declan-moran; "again" is a second link of the first.

import assert from 'node:assert/strict';
import { check, enter, go, home, main, margin, open, plan, press, report, scripted, second } from './people.mjs';

await report(async () => {
  const declan = await enter(plan.links['declan-moran']); // acts without JavaScript
  const jonas = await scripted(await enter(plan.links['jonas-lindqvist']), { reducedMotion: 'no-preference' });

  await check('what one has typed, opened and stands on stays while the other party acts', async () => {
    await following(jonas, `${home}/negotiation`);
    await jonas.locator('summary', { hasText: 'Comment on a clause' }).click();
    const words = jonas.locator('#begin-text');
    await words.fill('Half a sentence');
    await words.evaluate((field) => field.setSelectionRange(5, 6));
    await jonas.evaluate(() => (window.here = 'still'));
    await comment(declan, '6.3', 'Why so long?');
    await main(jonas).getByText('Why so long?').waitFor();
    await told(jonas, /commented on clause 6\.3.*\(Declan Moran\)/);
    assert.equal(await words.inputValue(), 'Half a sentence');
    assert.deepEqual(await words.evaluate((f) => [document.activeElement === f, f.selectionStart, f.selectionEnd, f.closest('details').open, window.here]), [true, 5, 6, true, 'still']);
    const thread = jonas.getByRole('article', { name: 'Comment on clause 6.3' });
    assert.ok(await thread.evaluate((e) => e.closest('.fresh') !== null), 'what is new is not marked');
    await thread.locator('summary', { hasText: 'Reply' }).click();
    await comment(declan, '9.1', 'Is this usual?');
    await main(jonas).getByText('Is this usual?').waitFor();
    assert.equal(await jonas.locator('details[open]').count(), 2, 'what was opened is closed');
    await words.fill('A whole sentence');
    await go(jonas, () => jonas.locator('form:has(#begin-text)').getByRole('button', { name: 'Comment' }).click());
    await main(jonas).getByText('A whole sentence').waitFor();
  });

  await check('the ledger, the timeline and a clause are renewed', async () => {
    await following(jonas, `${home}/ledger`);
    const first = jonas.locator('main tbody tr').first();
    const was = await first.innerText();
    await comment(declan, '9.2', 'And this?');
    await jonas.waitForFunction((was) => document.querySelector('main tbody tr').innerText !== was, was);
    assert.match(await first.innerText(), /9\.2/);
    assert.equal(await jonas.locator('main tr.fresh').count(), 1);
    await news(jonas).locator('..').getByRole('button', { name: 'Close' }).click();
    assert.deepEqual([await jonas.evaluate(() => document.activeElement.id), await news(jonas).innerText()], ['main', '']);

    await following(jonas, `${home}/clauses/9.2`);
    await comment(declan, '9.2', 'Once more.');
    await main(jonas).getByText('Once more.').first().waitFor();

    await following(jonas, `${home}/timeline`);
    await milestone(declan);
    await main(jonas).getByText(/Production opened/).first().waitFor();
  });

  await check('the contract is renewed where one reads', async () => {
    await following(jonas, home);
    const clause = jonas.locator('.part h3').filter({ hasText: '9.1' }).first();
    await clause.evaluate((e) => e.scrollIntoView({ block: 'center' }));
    const top = (await clause.boundingBox()).y;
    await issued(declan, 'seen at once');
    await told(jonas, /issued key.*\(Declan Moran\)/);
    assert.ok((await jonas.content()).includes('seen at once'));
    assert.ok(Math.abs((await clause.boundingBox()).y - top) < 2, 'the text has moved under the reader');
  });

  await check('the page of a component hears of calls, which are in no ledger', async () => {
    await following(jonas, `${home}/components/summarise`);
    const was = await jonas.locator('.log tbody tr').first().innerText();
    const answer = await fetch(`${plan.gateway}/summarise/v1/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${plan.production}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'calluna-extract-1', messages: [{ role: 'user', content: 'The pier was closed.' }] }) });
    await answer.text();
    assert.equal(answer.status, 200);
    await jonas.waitForFunction((was) => ((now) => now !== was && now.includes('answered with 200'))(document.querySelector('.log tbody tr').innerText), was);
  });

  await check('the text that one is about to sign does not change before one’s eyes', async () => {
    const mara = await scripted(await enter(plan.second.links['mara-voss']));
    await following(mara, second);
    const sign = margin(mara, 'the signatures');
    await sign.getByRole('checkbox').check();
    const aoife = await enter(plan.second.links['aoife-kearney']);
    await open(aoife, `${second}/draft/commerce`);
    await aoife.locator('[name="commerce.payment.net_days"]').fill('45');
    await press(aoife, 'Save and renew the text');
    await open(aoife, `${second}/draft`);
    await press(aoife, 'Propose version 2');
    const anew = mara.getByRole('button', { name: 'Show the page as it is now' });
    await anew.waitFor();
    await told(mara, /proposed version 2.*\(Aoife Kearney\)/);
    assert.ok(await sign.getByRole('checkbox').isChecked());
    await sign.getByRole('button', { name: 'Sign version 1' }).waitFor();
    await go(mara, () => anew.click());
    await sign.getByRole('button', { name: 'Sign version 2' }).waitFor();
  });

  await check('who is put out is told, and hears no more', async () => {
    await following(jonas, `${home}/timeline`);
    const elsewhere = await enter(plan.again);
    await open(elsewhere, `${plan.console}/me`);
    await press(elsewhere, /^End all other/);
    await told(jonas, /Your visit has ended/);
    const text = await main(jonas).innerText();
    await comment(declan, '9.2', 'Nobody hears this.');
    assert.equal(await main(jonas).innerText(), text);
  }, [403]);
});

// following opens a page and waits until it is told what happens.
async function following(page, address) {
  await Promise.all([page.waitForResponse((r) => r.url().includes('/happenings?after=')), open(page, address)]);
}

// news is the line that says what others have done.
function news(page) {
  return page.locator('.news [role=status]');
}

function told(page, what) {
  return news(page).filter({ hasText: what }).waitFor();
}

async function comment(page, clause, text) {
  await open(page, `${home}/negotiation`);
  await page.locator('summary', { hasText: 'Comment on a clause' }).click();
  await page.locator('#begin-clause').selectOption(clause);
  await page.locator('#begin-text').fill(text);
  await go(page, () => page.locator('form:has(#begin-text)').getByRole('button', { name: 'Comment' }).click());
}

async function milestone(page) {
  await open(page, home);
  const item = margin(page, 'clause 2.2').getByRole('listitem').filter({ hasText: 'reviewed the security' });
  await item.locator('summary', { hasText: 'Complete' }).click();
  await item.getByLabel('Address or digest').fill('https://tidewater.example/evidence/review');
  await go(page, () => item.locator('form').getByRole('button').click());
}

async function issued(page, label) {
  await open(page, home);
  const note = margin(page, 'clause 2.1');
  await note.locator('summary', { hasText: 'Issue a key' }).click();
  await note.getByLabel('Label').fill(label);
  await note.getByRole('button', { name: 'Issue the key' }).click();
  await page.getByRole('heading', { name: 'Key issued' }).waitFor();
}
