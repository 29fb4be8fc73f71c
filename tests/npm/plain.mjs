// A service of the npm package ws and Node's own HTTP server, called through the gateway by that package's client and by the
// EventSource and the WebSocket of Chromium. Prints {"results": [{"name", "ok", "error"}]}.
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';
import { chromium } from 'playwright-core';

const { URL: gateway, KEY: key, PORT: port, CHROMIUM: browser } = process.env;
const headers = { Authorization: `Bearer ${key}` };
const events = `${gateway}/harbour/tides/events`;

const service = createServer((req, res) => {
  if (req.url === '/tides/events') {
    res.writeHead(200, { 'Content-Type': 'text/event-stream' });
    let n = 0;
    const tick = setInterval(() => (n < 3 ? res.write(`id: ${++n}\nevent: tide\ndata: high ${n}\n\n`) : 0), 20);
    res.on('close', () => clearInterval(tick));
    return;
  }
  const body = Buffer.from('berth '.repeat(1000));
  const coded = req.headers['accept-encoding']?.includes('gzip');
  res.writeHead(200, { 'Content-Type': 'text/plain', ...(coded && { 'Content-Encoding': 'gzip' }) });
  res.end(coded ? gzipSync(body) : body);
});
const sockets = new WebSocketServer({ server: service, perMessageDeflate: { threshold: 0 }, handleProtocols: (offered) => [...offered][0] });
sockets.on('connection', (s) => s.on('message', (data, binary) => s.send(data, { binary })));
service.listen(Number(port), '127.0.0.1');
await once(service, 'listening');

const results = [];
async function check(name, run) {
  let late;
  const limit = new Promise((_, reject) => (late = setTimeout(() => reject(new Error('it took too long')), 20_000)));
  try {
    await Promise.race([run(), limit]);
    results.push({ name, ok: true });
  } catch (e) {
    results.push({ name, ok: false, error: String(e?.message ?? e).slice(0, 300) });
  } finally {
    clearTimeout(late);
  }
}

for (const deflate of [false, true]) {
  await check(`ws: messages come back, deflate ${deflate}`, async () => {
    const s = new WebSocket(events.replace('http', 'ws'), 'tides', { headers, perMessageDeflate: deflate });
    await once(s, 'open');
    assert.equal(s.protocol, 'tides');
    assert.equal(s.extensions.includes('permessage-deflate'), deflate);
    for (const text of ['high water', '', 'é'.repeat(100_000), 'x'.repeat(3 << 20)]) {
      s.send(text);
      const [data] = await once(s, 'message');
      assert.equal(data.toString() === text, true, `${text.length} characters`);
    }
    s.ping('there?');
    assert.equal((await once(s, 'pong'))[0].toString(), 'there?');
    s.close(1000, 'done');
    const [code] = await once(s, 'close');
    assert.equal(code, 1000);
  });
}

await check('ws: a wrong key is refused with a problem', async () => {
  const s = new WebSocket(events.replace('http', 'ws'), { headers: { Authorization: 'Bearer ent_wrong' } });
  const [, resp] = await once(s, 'unexpected-response');
  assert.equal(resp.statusCode, 401);
  assert.equal(resp.headers['content-type'], 'application/problem+json');
  resp.resume();
});

const chrome = await chromium.launch({ executablePath: browser, args: ['--no-sandbox'] });
try {
  const page = await (await chrome.newContext({ extraHTTPHeaders: headers })).newPage();
  await page.goto(`${gateway}/livez`);
  await check('Chromium: EventSource hears events', async () => {
    const heard = await page.evaluate((address) => new Promise((done, fail) => {
      const all = [], source = new EventSource(address);
      source.onerror = () => fail(new Error('the stream failed'));
      source.addEventListener('tide', (e) => { if (all.push(`${e.lastEventId} ${e.data}`) === 3) { source.close(); done(all); } });
    }), events);
    assert.deepEqual(heard, ['1 high 1', '2 high 2', '3 high 3']);
  });
  await check('Chromium: a WebSocket passes messages', async () => {
    const heard = await page.evaluate((address) => new Promise((done, fail) => {
      const s = new WebSocket(address);
      s.onerror = () => fail(new Error('the socket failed'));
      s.onopen = () => s.send('from a page '.repeat(10_000));
      s.onmessage = (e) => { s.close(1000); s.onclose = (c) => done([e.data.length, c.code, c.wasClean]); };
    }), events.replace('http', 'ws'));
    assert.deepEqual(heard, [120_000, 1000, true]);
  });
} finally {
  await chrome.close();
}
console.log(JSON.stringify({ results }));
if (process.env.STAY) await once(process.stdin, 'data'); // other programs call the service as well
process.exit(0);
