// Looks at the pages of the API's reference by axe-core, in both schemes, on a desk and on a phone, and holds that they
// ask nobody for anything and keep to their content policy. On standard input: {chromium, pages}. Prints {"results": […]}.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { chromium } from 'playwright-core';

const plan = JSON.parse(await text(process.stdin));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const browser = await chromium.launch({ executablePath: plan.chromium, timeout: 60_000, args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
const results = [];
for (const colorScheme of ['light', 'dark']) {
  for (const width of [1280, 375]) {
    const page = await (await browser.newContext({ colorScheme, viewport: { width, height: 900 } })).newPage();
    page.setDefaultTimeout(120_000);
    const complaints = [];
    page.on('console', (m) => m.type() === 'error' && complaints.push(m.text()));
    page.on('request', (r) => r.isNavigationRequest() || complaints.push(`it asks for ${r.url()}`));
    for (const address of plan.pages) {
      await page.goto(address);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      if (wide) complaints.push('it is wider than the window');
      await page.evaluate(axe);
      const { violations, passes } = await page.evaluate(() => axe.run());
      const error = [...complaints.splice(0), ...violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 120)}`)].join('; ');
      results.push({ name: `${new URL(address).pathname}, ${colorScheme}, ${width} px`, ok: !error && passes.length > 10, error: error || undefined });
    }
  }
}
await browser.close();
console.log(JSON.stringify({ results }));
