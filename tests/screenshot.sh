#!/usr/bin/env bash
# Makes docs/living-contract.png: the head and the first two articles of the demo's living contract, as
# party B's technical lead sees them on a desk. The parts between, up to the definitions, and clause 1.3
# are left out of the picture. The digest of what it shows goes beside it (docs/living-contract.sha256): a test says
# when it has to be made anew. Needs what tests/setup.sh installs.
set -euo pipefail
cd "$(dirname "$0")/.."
picture=$PWD/docs/living-contract.png

folder=$(mktemp -d)
go build -o "$folder/entente" .
"$folder/entente" demo --data "$folder/data" --listen 127.0.0.1:0 --gateway 127.0.0.1:0 --json >"$folder/demo.json" &
demo=$!
trap 'kill $demo; wait $demo || true; rm -rf "$folder"' EXIT

cd tests/npm
node --input-type=module - "$folder/demo.json" "$(command -v chromium)" "$picture" <<'JS'
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { chromium } from 'playwright-core';

const [, , printed, executablePath, picture] = process.argv;
let demo;
for (let tries = 0; !demo; tries++) {
  await setTimeout(200);
  try {
    demo = JSON.parse(readFileSync(printed));
  } catch (e) {
    if (tries > 100) throw e;
  }
}
await setTimeout(5000); // for some traffic in the margins
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, colorScheme: 'light' });
await page.goto(demo.links.find((l) => l.person === 'declan-moran').link);
await page.getByRole('button').click();
await page.getByRole('heading', { level: 1, name: 'Calluna' }).waitFor();
await page.mouse.move(0, 0);
await page.evaluate(() => {
  const parts = ['front-page', 'recitals', 'definitions'].map((id) => document.getElementById(id));
  for (const e of [...parts, document.getElementById('clause-1.3').closest('.row')]) e.style.display = 'none';
});
const { y, height } = await page.getByRole('note', { name: 'Margin of clause 2.1' }).boundingBox();
await page.screenshot({ path: picture, fullPage: true, clip: { x: 0, y: 0, width: 1280, height: Math.round(y + height + 40) } });
await browser.close();
JS
cd ../..
go test ./console -run TestThePictureInTheREADMEIsCurrent -update >"$folder/digest" # of what it shows; the test holds it
echo "$(stat -c %s "$picture") bytes: $picture"
