// Runs what tsc made of checks.ts, in this Node.js and in Chromium, with the plan on standard input:
//   node, agreement, tokens   as checks.ts has them, once for each of "runs"
//   chromium                  path of the browser
// The page /try/ of the node's origin lets a browser import checks.js. Prints {"results": [{"name", "ok", "error"}]}.
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [compiled] = process.argv.slice(2);
const plan = JSON.parse(await text(process.stdin));
const { run } = await import(pathToFileURL(compiled));
const results = (await run(plan.runs[0])).map((r) => ({ ...r, name: `Node.js: ${r.name}` }));

const browser = await chromium.launch({ executablePath: plan.chromium, timeout: 60_000, args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(`${plan.runs[1].node}/try/`);
  const there = await page.evaluate(async (one) => (await import('/try/checks.js')).run(one), plan.runs[1]);
  results.push(...there.map((r) => ({ ...r, name: `Chromium: ${r.name}` })));
} finally {
  await browser.close();
}
console.log(JSON.stringify({ results }));
process.exitCode = results.every((r) => r.ok) ? 0 : 1;
