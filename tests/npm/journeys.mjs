// The journeys of each role, on both parties' sides at once, as people walk them: in a browser, without JavaScript,
// command line or API. Each leaves pictures of both sides.
//
// Needs of the plan, beside what browser.mjs says:
//   both    {first, second}: further unused links, by person, of the demo's agreement and of the second, which is in force
//           and whose requirements are open

import assert from 'node:assert/strict';
import { assign, enter, go, home, issue, main, margin, open, picture, plan, press, says, second, unfold } from './people.mjs';

// What the roles have in common: each party's person, by the link that was made for them.
const sides = (agreement, a, b) => Promise.all([a, b].map((person) => enter(plan.both[agreement][person])));

export const journeys = {
  'engineers, from a key to the explanation of a call': engineers,
  'managers, from requirements to production': managers,
  'counsel, from a redline to signatures': counsel,
  'finance reads one bill on both sides': finance,
  'signatories, from a clause set aside to an assignment': signatories,
  'security shows a certificate, ends a key, and reads the record': security,
};

// both leaves a picture of either side: of the whole page or, where that is long, of the window at a margin.
async function both(name, a, b, of) {
  for (const [side, page] of Object.entries({ a, b })) {
    if (of) await margin(page, of).scrollIntoViewIfNeeded();
    await page.screenshot({ path: `${plan.pictures}/journey-${name}-${side}.png`, fullPage: !of, timeout: 60_000 });
  }
}

// engineers: the consumer's takes a key and calls; both read the call and why it was answered.
async function engineers() {
  const [jonas, declan] = await sides('first', 'jonas-lindqvist', 'declan-moran');
  await open(declan, `${home}/components`);
  await go(declan, () => main(declan).getByRole('link', { name: 'Summarise' }).first().click());
  await declan.locator('summary', { hasText: 'Issue a key' }).click();
  await declan.getByLabel('Environment').first().selectOption('test');
  await declan.getByLabel('Purpose').selectOption('service');
  await declan.getByLabel('Data that the calls carry').selectOption('customer');
  await declan.getByLabel(/^Label/).fill('first steps');
  assert.equal((await press(declan, 'Issue the key')).status(), 200);
  await picture(declan, 'journey-engineer-key-b');
  const secret = await declan.getByLabel('Secret of').inputValue();
  await go(declan, () => declan.getByRole('link', { name: 'Back', exact: true }).click());
  const shown = await declan.locator('pre', { hasText: 'curl' }).first().innerText();
  const [, address] = /(http[^\s'"\\]+)/.exec(shown);
  const body = /(?:-d|--data)\S*\s+'([^']+)'/s.exec(shown)?.[1] ?? assert.fail(`no body in ${shown}`);
  const answer = await fetch(address, { method: 'POST', headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }, body });
  assert.equal(answer.status, 200, await answer.text());
  const call = answer.headers.get('entente-usage-id');
  for (const page of [declan, jonas]) {
    await open(page, `${home}/components/summarise`);
    await go(page, () => page.locator(`a[href$="/calls/${call}"]`).first().click());
    await says(main(page), /The agreement permitted it\./);
    await says(main(page), /How it was decided.*Yes.*What came of it.*200/);
  }
  await both('engineer-call', jonas, declan);
  const explained = await Promise.all([jonas, declan].map((page) => page.locator('section[aria-labelledby=decided]').innerText()));
  assert.equal(explained[0], explained[1], 'the parties read different explanations');
}

// managers: the leads of both parties confirm what stands before production; the commercial leads see it open.
async function managers() {
  const [jonas, declan] = await sides('second', 'jonas-lindqvist', 'declan-moran');
  const [elif, roisin] = await sides('second', 'elif-demir', 'roisin-daly');
  for (const page of [elif, roisin]) await says(margin(page, 'clause 2.2'), /Due|Late/i);
  await both('manager-before', elif, roisin, 'clause 2.2');
  let confirmed = 0;
  for (const page of [jonas, declan]) {
    for (;;) {
      await open(page, second);
      const form = margin(page, 'clause 2.2').locator('form[action$="/milestones/completion"]').first();
      if ((await form.count()) === 0) break;
      await form.locator('xpath=ancestor::details[1]').locator('summary').click();
      await form.getByLabel('Address or digest').fill(`https://evidence.example/${++confirmed}`);
      assert.equal((await go(page, () => form.getByRole('button').click())).status(), 200);
      assert.ok(confirmed < 20, 'there is always one more requirement');
    }
  }
  for (const page of [elif, roisin]) {
    await open(page, second);
    await says(margin(page, 'clause 2.2'), /Good/);
    await open(page, `${second}/timeline`);
    await says(main(page), /Production opened/);
  }
  await both('manager-after', elif, roisin);
  return { confirmed };
}

// counsel: one party's proposes other terms, the other's reads what changes, asks, and accepts; both signatories sign.
async function counsel() {
  const [tobias, conor] = await sides('second', 'tobias-reuter', 'conor-whelan');
  const [mara, aoife] = await sides('second', 'mara-voss', 'aoife-kearney');
  await open(conor, `${second}/draft/commerce`);
  await conor.locator('[name="commerce.payment.net_days"]').fill('45');
  await press(conor, 'Save and renew the text');
  await says(conor.locator('#beside'), /45/);
  await picture(conor, 'journey-counsel-draft-b');
  await go(conor, () => conor.getByRole('link', { name: 'The draft as a whole' }).click());
  await conor.getByLabel(/^What you say of it/).fill('Our accounts close every six weeks.');
  await press(conor, /^Propose version/);
  await open(tobias, `${second}/negotiation`);
  await says(main(tobias), /Our accounts close every six weeks/);
  await says(tobias.getByRole('article', { name: /^Clause 6\.3/ }), /30.*45/);
  await press(tobias, 'Show the changes');
  await says(main(tobias), /45/);
  await picture(tobias, 'journey-counsel-redline-a');
  await open(tobias, `${second}/negotiation`);
  await comment(tobias, 'Comment on a clause', '6.3', 'Why not forty?');
  await open(conor, `${second}/negotiation`);
  const thread = conor.getByRole('article', { name: 'Comment on clause 6.3' });
  await says(thread, /Tobias Reuter.*Why not forty\?/);
  await thread.locator('summary', { hasText: 'Reply' }).click();
  await thread.getByLabel('What you say').fill('Six weeks are forty-two days.');
  await go(conor, () => thread.getByRole('button', { name: 'Reply' }).click());
  await open(tobias, `${second}/negotiation`);
  await both('counsel-talk', tobias, conor);
  await go(tobias, () => tobias.getByRole('button', { name: /^Accept/ }).first().click());
  for (const page of [mara, aoife]) {
    await open(page, `${second}/negotiation`);
    await go(page, () => page.getByRole('link', { name: /^Read and sign version/ }).click());
    await page.getByRole('checkbox').first().check();
    await press(page, /^Sign version 2/);
    await says(main(page), /Done and recorded.*signed version 2/);
  }
  for (const page of [tobias, conor]) {
    await open(page, second);
    await says(main(page), /Version 2, in force|2, in force/i);
    await says(page.locator('#clause-6\\.3').locator('xpath=ancestor::*[contains(@class,"row")][1]'), /45 days|forty-five/);
  }
  await both('counsel-signed', tobias, conor, 'clause 6.3');
}

async function comment(page, what, clause, words) {
  await page.locator('summary', { hasText: what }).click();
  await page.locator('#begin-clause').selectOption(clause);
  await page.locator('#begin-text').fill(words);
  await go(page, () => page.locator('form:has(#begin-text)').getByRole('button', { name: 'Comment' }).click());
}

// finance: both sides read the same money in the margin of clause 6.1, and take the same table home.
async function finance() {
  const [finn, padraig] = await sides('first', 'finn-petersen', 'padraig-nolan');
  const read = [];
  for (const page of [finn, padraig]) {
    await open(page, `${home}/feeds`);
    const link = page.getByRole('link', { name: 'CSV of usage' });
    const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
    assert.equal(await file.failure(), null);
    const rows = (await (await page.context().request.get(`${home}/tables/usage.csv`)).text()).trim().split('\r\n');
    await open(page, `${home}/clauses/6.1`);
    const money = /EUR [\d,.]+/.exec(await main(page).innerText());
    read.push({ money: money?.[0], columns: rows[0], days: rows.slice(1).map((row) => row.split(',').slice(0, 4).join(',')) });
  }
  assert.ok(read[0].money && read[0].days.length > 0, JSON.stringify(read[0]));
  assert.deepEqual(read[0].days, read[1].days);
  await both('finance', finn, padraig);
  return { money: read[0].money };
}

// signatories: one party's sets a clause aside and ends that; it asks to pass the agreement on, is refused, asks again with
// the other's consent, and takes it back.
async function signatories() {
  const [mara, aoife] = await sides('first', 'mara-voss', 'aoife-kearney');
  const each = async (path, what) => {
    for (const page of [mara, aoife]) {
      await open(page, home + path);
      await says(main(page), what);
    }
  };
  const today = new Date().toISOString().slice(0, 10);
  await open(mara, `${home}/clauses/8.2`);
  await mara.locator('summary', { hasText: 'Set this clause aside' }).click();
  await mara.getByLabel('For which component').selectOption('embed');
  await mara.getByLabel('For what').fill('Our portal moves.');
  await mara.getByLabel('Last day').fill(new Date(Date.parse(today) + 30 * 86_400_000).toISOString().slice(0, 10));
  await press(mara, 'Set it aside');
  await says(margin(mara, 'clause 8.2'), /Done and recorded.*Our portal moves/);
  await each('/clauses/8.2', /Evidence.*Party A set clause 8\.2 aside until.*Set aside, and side letters.*Clause 8\.2, Security, for embed.*Our portal moves\..*Given by Mara Voss/);
  await both('signatory-waiver', mara, aoife);
  assert.equal(await aoife.getByRole('button', { name: /^End it now/ }).count(), 0, 'the other party can end the waiver');
  await open(mara, `${home}/clauses/13.5`);
  await press(mara, /^End it now/);
  await each('/clauses/13.5', /Was set aside by Party A until .*when it ended this before its time/);

  const ask = async (to) => {
    await open(mara, `${home}/clauses/13.3`);
    assert.equal((await assign(mara, to, ['Mara Voss'])).status(), 200);
    await each('', /What wants attention.*Clause 13\.3, Assignment/);
    await open(aoife, `${home}?show=mine`);
    return margin(aoife, 'clause 13.3').getByRole('listitem').filter({ hasText: to });
  };
  const first = await ask('Nordlicht SE');
  await first.locator('summary', { hasText: 'Refuse' }).click();
  await first.getByLabel('Why your party does not consent').fill('It competes with us.');
  await go(aoife, () => first.getByRole('button', { name: 'Refuse the assignment' }).click());
  await each('/clauses/13.3', /Party B refused it on .*: It competes with us\./);
  const second = await ask('Südlicht SE');
  await both('signatory-asked', mara, aoife, 'clause 13.3');
  await go(aoife, () => second.getByRole('button', { name: /^Consent/ }).click());
  await each('/clauses/13.3', /Party A to Südlicht SE Party B consented on .*; takes effect on 2 January 2045/);
  await both('signatory-consented', mara, aoife);
  await press(mara, /^Withdraw/);
  await each('/clauses/13.3', /Party A to Südlicht SE Party A withdrew it on/);

  // A breach, its cure, and what would follow an end.
  await open(mara, `${home}/clauses/12.2`);
  await mara.locator('summary', { hasText: 'Give notice of a breach' }).click();
  await mara.getByLabel('What the material breach is').fill('Three invoices are unpaid.');
  await press(mara, 'Give notice');
  await says(margin(mara, 'clause 12.2'), /Done and recorded.*Three invoices are unpaid\./);
  await each('/clauses/12.2', /Material breach by Party B To be cured by .* Three invoices are unpaid\. Notice by Party A/);
  await both('signatory-breach', mara, aoife, 'clause 12.2');
  assert.equal(await aoife.getByRole('button', { name: /^Say that it is cured/ }).count(), 0, 'the accused party can say that it is cured');
  await open(mara, `${home}/termination`);
  await says(main(mara), /By notice, without a reason.*Last day of full use.*Not open now.*The time to cure the breach ends on/);
  await both('signatory-ending', mara, aoife);
  await open(mara, `${home}/clauses/12.2`);
  await press(mara, /^Say that it is cured/);
  await each('/clauses/12.2', /Material breach by Party B Cured on/);
  for (const page of [mara, aoife]) await press(page, 'Leave');
}

// security: one party's shows a certificate and the other's finds it; a key that leaked is ended by either.
async function security() {
  const [nele, saoirse] = await sides('first', 'nele-brandt', 'saoirse-burke');
  const [jonas] = await Promise.all([enter(plan.both.first['jonas-lindqvist again'])]);
  await open(nele, `${home}/clauses/8.2`);
  const form = nele.locator('form[action$="/certificates"]').first();
  await form.locator('xpath=ancestor::details[1]').locator('summary').click();
  await form.getByLabel('Last day').fill('2039-05-31');
  await form.getByLabel('Evidence').fill('https://calluna.example/certificates/iso-27001');
  assert.equal((await go(nele, () => form.getByRole('button').click())).status(), 200);
  await says(main(nele), /Done and recorded/);
  await open(saoirse, `${home}/clauses/8.2`);
  await says(main(saoirse), /31 May 2039/);
  await both('security-certificate', nele, saoirse, 'clause 8.2');
  await open(nele, `${home}/clauses/12.2`);
  await nele.locator('summary', { hasText: 'Suspend' }).click();
  await nele.getByLabel('What is suspended').selectOption('reader-kit');
  await nele.getByLabel('Why', { exact: true }).fill('A kit of last week leaks its token.');
  await press(nele, 'Suspend it');
  await says(margin(nele, 'clause 12.2'), /reader-kit is suspended By Party A since .* A kit of last week leaks its token\./);
  await open(saoirse, `${home}/clauses/12.2`);
  await says(margin(saoirse, 'clause 12.2'), /reader-kit is suspended By Party A since/);
  await both('security-suspension', nele, saoirse, 'clause 12.2');
  assert.equal(await saoirse.getByRole('button', { name: /^Lift the suspension/ }).count(), 0, 'the other party can lift the suspension');
  await press(nele, /^Lift the suspension/);
  await open(jonas, home);
  const key = await issue(jonas, 'embed', (button) => button.click());
  await open(saoirse, home);
  await unfold(saoirse);
  const item = margin(saoirse, 'clause 2.1').getByRole('listitem').filter({ hasText: key.id });
  await item.locator('summary').click();
  await item.getByLabel('Reason').fill('found in a public repository');
  await go(saoirse, () => item.getByRole('button', { name: 'Revoke at once' }).click());
  const refused = await fetch(`${plan.gateway}/embed/v1/embeddings`, { method: 'POST', headers: { authorization: `Bearer ${key.secret}`, 'content-type': 'application/json' }, body: '{}' });
  assert.equal(refused.status, 401);
  for (const page of [nele, saoirse]) {
    await open(page, `${home}/ledger`);
    await go(page, () => page.getByRole('row').filter({ hasText: 'found in a public repository' }).getByRole('link').first().click());
    (await page.locator('.checks li').allInnerTexts()).forEach((one) => assert.match(one, /^\s*Holds/));
  }
  await both('security-record', nele, saoirse);
}
