// Somebody who has no agreement on the node yet writes one and opens it, with the keyboard alone.

import assert from 'node:assert/strict';
import { check, go, main, open, picture, plan, press, says, visitor } from './people.mjs';

// founder comes in by a link of the operator's.
export async function founder(link, options) {
  const page = await visitor(options);
  await open(page, link);
  assert.equal((await press(page, /^Begin as /)).status(), 200);
  assert.equal(page.url(), `${plan.console}/begin`);
  return page;
}

// example begins with the example.
export async function example(page) {
  await open(page, `${plan.console}/begin`);
  await press(page, 'Begin with the example');
  await says(main(page), /Put it before both parties/);
}

// reach goes on with the Tab key until what is focused bears a name.
async function reach(page, name) {
  for (let stops = 0; stops < 400; stops++) {
    await page.keyboard.press('Tab');
    const [found, seen] = await page.evaluate((source) => {
      const e = document.activeElement;
      const label = e.labels?.[0]?.innerText ?? e.innerText ?? '';
      return [new RegExp(source).test(label.trim()), parseFloat(getComputedStyle(e).outlineWidth) >= 2];
    }, name.source);
    if (found) return assert.ok(seen, `the focus on ${name} cannot be seen`);
  }
  assert.fail(`${name} is not reached with the keyboard on ${page.url()}`);
}

const enterKey = (page) => go(page, () => page.keyboard.press('Enter'));

export async function beginnings() {
  let page;
  const type = async (name, text) => {
    await reach(page, name);
    await page.keyboard.press('Control+A');
    await page.keyboard.type(text);
  };

  await check('an agreement is begun with questions, checked and opened, with the keyboard', async () => {
    page = await founder(plan.beginnings[0]);
    await picture(page, 'begin');
    await reach(page, /^Answer the questions$/);
    await enterKey(page);
    await picture(page, 'begin-questions');
    for (const [name, address, who, mail] of [
      ['Alder Ltd', '1 Quay Street, Cork, Ireland', 'Róisín O’Dea', 'roisin@alder.example'],
      ['Birch GmbH', 'Hafenstraße 2, 28195 Bremen', 'Jörg Ruhland', 'joerg@birch.example'],
    ]) {
      await type(/^Legal name/, name);
      await type(/^Registered address/, address);
      await type(/^First contact: name/, who);
      await type(/^First contact: e-mail/, mail);
    }
    await reach(page, /^Begin with these answers$/);
    assert.equal((await enterKey(page)).status(), 200);
    await says(main(page), /Alder Ltd and Birch GmbH/);
    assert.doesNotMatch(await main(page).innerText(), /To be mended/);
  });

  await check('a term is changed in the editor, and a file is attached', async () => {
    await reach(page, /^Article 6/);
    await enterKey(page);
    await type(/^Net days/, '45');
    await enterKey(page);
    await says(page.locator('#beside'), /forty-five \(45\)/);
    await picture(page, 'begin-section');
    await open(page, `${plan.console}/begin/attachments`);
    await page.getByLabel('What the agreement calls it').fill('Price list');
    await page.getByLabel('The file').setInputFiles({ name: 'prices.csv', mimeType: 'text/csv', buffer: Buffer.from('call,0.01\n') });
    await press(page, 'Attach');
    await says(main(page), /Price list.*prices\.csv/);
    await picture(page, 'begin-attachments');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'prices.csv' }).click()]);
    assert.equal(download.suggestedFilename(), 'prices.csv');
    await page.getByRole('button', { name: 'Take out Price list' }).click();
  });

  await check('it is opened, and its author is in it', async () => {
    await open(page, `${plan.console}/begin`);
    await picture(page, 'beginning');
    await reach(page, /^Open the agreement$/);
    assert.equal((await enterKey(page)).status(), 200);
    await says(main(page), /People of Alder Ltd.*The agreement is open.*Róisín O’Dea/);
    await says(main(page), /Who negotiates for Birch GmbH.*Jörg Ruhland/);
    await picture(page, 'begin-people');
    await go(page, () => page.getByRole('link', { name: 'Agreement', exact: true }).click());
    await says(main(page), /Alder Ltd and Birch GmbH/);
  });

  await check('the example is begun, checked and opened without opening the docs', async () => {
    page = await founder(plan.beginnings[1]);
    await example(page);
    await reach(page, /^Open the agreement$/);
    assert.equal((await enterKey(page)).status(), 200);
    await says(main(page), /The agreement is open/);
  });
}
