// Looks at how pages are set: whether all text is inside its page and its own box, whether pieces of text lie over each
// other, and whether every control can be reached, where names are as hard to set as names can be.

import assert from 'node:assert/strict';
import { check, enter, open, plan, press } from './people.mjs';

const widths = [360, 768, 1440]; // px: a phone, a tablet, a desk
const paper = 673; // px: what the margins of our print style leave of A4

// layouts looks at the pages of an agreement of many rows between parties with names that are hard to set: while it is
// proposed, and once it is signed.
export async function layouts() {
  const { agreement, links } = plan.strained;
  const home = `${plan.console}/agreements/${agreement}`;
  const mara = await enter(links['mara-voss'], { javaScriptEnabled: true });
  const walk = (stage, paths) => check(`layout: ${stage}`, async () => {
    for (const path of paths) await wellSet(mara, path.startsWith('/me') || path === '/portfolio' ? plan.console + path : home + path);
  });
  await walk('proposed', ['/negotiation', '/sign', '/draft', '/draft/scope', '/draft/attachments', '/clauses/signatures']);
  for (const page of [mara, await enter(links['aoife-kearney'])]) {
    await open(page, `${home}/clauses/signatures`);
    await page.getByRole('checkbox').check();
    assert.equal((await press(page, 'Sign version 1')).status(), 200);
  }
  await walk('in force', ['', '/negotiation', '/negotiation/redline?old=1&new=1', '/components', '/components/part-0', '/clauses/2.2', '/timeline', '/ledger', '/ledger/2', '/people', '/programs', '/feeds', '/clauses/13.3',
    '/notifications', '/notifications/preferences', '/me', '/portfolio']);
  await mara.context().close();
}

// wellSet opens a page and looks at it at each width, everything unfolded, and as it is printed.
async function wellSet(page, address) {
  await page.setViewportSize({ width: widths[0], height: 900 });
  assert.equal((await open(page, address)).status(), 200, address);
  await page.evaluate(() => document.querySelectorAll('details').forEach((d) => (d.open = true)));
  for (const width of widths) await legible(page, width, { reach: width === widths[0] });
  await page.evaluate(() => document.querySelectorAll('details').forEach((d) => (d.open = false)));
  await page.emulateMedia({ media: 'print' });
  await legible(page, paper);
  await page.emulateMedia({ media: 'screen' });
}

// legible reports a page that must be scrolled sideways or on which text cannot be read; if asked, also controls that
// cannot be reached.
export async function legible(page, width, { reach = false } = {}) {
  await page.setViewportSize({ width, height: 900 });
  assert.deepEqual(await page.evaluate(misset, reach), [], `${page.url()} in a window of ${width} px`);
}

// misset runs in the page, and says what is not set as it should be.
function misset(reaching) {
  const found = [];
  const what = (e) => `<${e.tagName.toLowerCase()}${e.id ? ` id=${e.id}` : ''}${e.className && e.className.baseVal === undefined ? ` class="${e.className}"` : ''}>`;
  const say = (rule, e, text = '') => found.length < 8 && found.push(`${rule}: ${what(e)} ${text.trim().slice(0, 60)}`);
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) found.push(`the page is ${scrollWidth} px wide in a window of ${clientWidth} px`);

  // floats says that an element leaves the flow of the page, or is cut on purpose: sticky bars, hidden texts, what scrolls.
  const apart = new Map();
  const floats = (e) => {
    if (e === document.body) return false;
    if (!apart.has(e)) {
      const { position, clipPath, overflowX } = getComputedStyle(e);
      apart.set(e, position !== 'static' && position !== 'relative' || clipPath !== 'none' || overflowX !== 'visible' || floats(e.parentElement));
    }
    return apart.get(e);
  };
  const boxed = new Map();
  const boxOf = (e) => {
    if (!boxed.has(e)) boxed.set(e, getComputedStyle(e).display.startsWith('inline') && e !== document.body ? boxOf(e.parentElement) : e);
    return boxed.get(e);
  };
  const lines = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const e = node.parentElement;
    if (!node.data.trim() || e.closest('svg, select, textarea, option') || !e.checkVisibility() || floats(e)) continue;
    range.selectNodeContents(node);
    const box = boxOf(e).getBoundingClientRect();
    for (const r of range.getClientRects()) {
      if (r.width < 1) continue;
      if (r.left < -1 || r.right > clientWidth + 1) say('text outside the page', e, node.data);
      if (r.left < box.left - 2 || r.right > box.right + 2) say('text outside its box', e, node.data);
      const third = r.height / 3; // fonts of other scripts are taller than the line
      lines.push({ top: r.top + third, bottom: r.bottom - third, left: r.left, right: r.right, node, e });
    }
  }
  lines.sort((a, b) => a.top - b.top);
  for (let i = 0; i < lines.length; i++)
    for (let k = i + 1; k < lines.length && lines[k].top < lines[i].bottom; k++)
      if (lines[k].node !== lines[i].node && Math.min(lines[i].right, lines[k].right) - Math.max(lines[i].left, lines[k].left) > 2)
        say('text over text', lines[k].e, `${lines[i].node.data.trim().slice(0, 25)} / ${lines[k].node.data}`);

  if (!reaching) return found;
  for (const e of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
    if (!e.checkVisibility() || getComputedStyle(e).clipPath !== 'none' || e.closest('.skip')) continue;
    e.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
    const r = e.getClientRects()[0];
    const at = r && document.elementFromPoint(r.left + Math.min(r.width / 2, 40), r.top + r.height / 2);
    if (!at || !(e.contains(at) || at.contains(e) && at.tagName !== 'BODY')) say('a control that cannot be reached', e, `${e.innerText ?? ''} ${r ? `${Math.round(r.left)},${Math.round(r.top)} ${Math.round(r.width)}x${Math.round(r.height)}` : ''} under ${at ? what(at) : 'nothing'}`);
  }
  return found;
}
