// Speaks the Model Context Protocol with its own TypeScript SDK, in both eras of the protocol.
//
//   npm ci
//   node mcp.mjs serve
//     serves the same tools with sessions and without, on free ports of this machine, and prints
//     {"legacy":"http://…","modern":"http://…"}; it ends when its input does.
//   URL=http://127.0.0.1:8601/tides/mcp KEY=ent_… OTHER_KEY=ent_… ERA=legacy node mcp.mjs check
//     checks as a client what an agreement lets through of them: the tools search and forecast, the prompt
//     brief, the resource tides://today and the template tides://ports/{name}. It denies the rest.
//
// Checking prints one JSON object: {"client","results":[{"name","ok",…}]}, and ends with 0 if all passed.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import * as modern from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpServer as LegacyServer, ResourceTemplate as LegacyTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createMcpHandler, McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import * as z from 'zod/v4';

await { serve, check }[process.argv[2]]();

async function serve() {
  const legacy = await listen(withSessions());
  const handler = createMcpHandler(() => offer(new McpServer({ name: 'tides', version: '1.0.0' }), ResourceTemplate));
  const stateless = await listen((req, res) => adapt(handler, req, res));
  console.log(JSON.stringify({ legacy, modern: stateless }));
  process.stdin.resume().on('end', () => process.exit(0));
}

function listen(handle) {
  return new Promise((done) => {
    const server = createServer(handle).listen(0, '127.0.0.1', () => done(`http://127.0.0.1:${server.address().port}/mcp`));
  });
}

// withSessions keeps a server for each session, as the revisions before 2026-07-28 want it.
function withSessions() {
  const sessions = new Map();
  return async (req, res) => {
    const id = req.headers['mcp-session-id'];
    let transport = sessions.get(id);
    if (id && !transport) return res.writeHead(404).end();
    if (!transport) {
      transport = new StreamableHTTPServerTransport({ sessionIdGenerator: randomUUID, onsessioninitialized: (s) => sessions.set(s, transport) });
      transport.onclose = () => sessions.delete(transport.sessionId);
      await offer(new LegacyServer({ name: 'tides', version: '1.0.0' }, { capabilities: { logging: {} } }), LegacyTemplate).connect(transport);
    }
    await transport.handleRequest(req, res);
  };
}

async function adapt(handler, req, res) {
  const body = req.method === 'POST' ? Readable.toWeb(req) : undefined;
  const answer = await handler.fetch(new Request(`http://${req.headers.host}${req.url}`, { method: req.method, headers: req.headers, body, duplex: 'half' }));
  res.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (!answer.body) return res.end();
  Readable.fromWeb(answer.body).pipe(res);
}

// offer is more than any agreement of the tests lists.
function offer(server, Template) {
  const say = (text) => ({ content: [{ type: 'text', text }] });
  server.registerTool('delete', { description: 'Deletes a port' }, () => say('deleted'));
  server.registerTool('search', { description: 'Finds a port', inputSchema: z.object({ q: z.string() }) }, ({ q }) => say(`found ${q}`));
  server.registerTool('forecast', { description: 'Computes for a while' }, async (first, second) => {
    const ctx = second ?? first;
    const token = (ctx.mcpReq ?? ctx)._meta?.progressToken;
    const notify = ctx.mcpReq?.notify ?? ctx.sendNotification;
    for (const progress of [1, 2, 3]) await notify({ method: 'notifications/progress', params: { progressToken: token, progress, total: 3 } });
    return say('07:12');
  });
  server.registerPrompt('secret', { description: 'Not for partners' }, () => ({ messages: [] }));
  server.registerPrompt('brief', { description: 'A briefing' }, () => ({ messages: [{ role: 'user', content: { type: 'text', text: 'Brief me.' } }] }));
  const read = (uri) => ({ contents: [{ uri: uri.href, text: `at ${uri.href}` }] });
  server.registerResource('today', 'tides://today', {}, read);
  server.registerResource('ledger', 'tides://ledger', {}, read);
  server.registerResource('ports', new Template('tides://ports/{name}', { list: undefined }), {}, read);
  server.registerResource('staff', new Template('tides://staff/{name}', { list: undefined }), {}, read);
  return server;
}

async function check() {
  const { URL: url, KEY: key, OTHER_KEY: other, ERA: era } = process.env;
  const results = [];
  const it = async (name, run) => {
    const result = { name: `${era}: ${name}`, ok: true };
    try {
      await Promise.race([run(), new Promise((_, late) => setTimeout(late, 10_000, new Error('it took too long')).unref())]);
    } catch (error) {
      Object.assign(result, { ok: false, error: String(error?.stack ?? error) });
    }
    results.push(result);
  };
  const { client, transport } = connection(url, key, era);
  const denied = (call, part) => assert.rejects(call, (error) => {
    assert.equal(error.code, -32003, String(error));
    assert.match(error.message, part);
    assert.match(error.message, /Schedule A of agreement agr_/);
    assert.equal(error.data.clause, 'A');
    return true;
  });

  await it('connects', () => client.connect(transport));
  await it('finds the tools that are listed, and no other', async () => {
    assert.deepEqual((await client.listTools()).tools.map((t) => t.name).sort(), ['forecast', 'search']);
  });
  await it('finds the resources, templates and prompts that are listed, and no other', async () => {
    assert.deepEqual((await client.listResources()).resources.map((r) => r.uri), ['tides://today']);
    assert.deepEqual((await client.listResourceTemplates()).resourceTemplates.map((r) => r.uriTemplate), ['tides://ports/{name}']);
    assert.deepEqual((await client.listPrompts()).prompts.map((p) => p.name), ['brief']);
  });
  await it('calls a tool', async () => {
    const answer = await client.callTool({ name: 'search', arguments: { q: 'Grönland' } });
    assert.equal(answer.content[0].text, 'found Grönland');
  });
  await it('hears of progress before the answer', async () => {
    const heard = [];
    const options = { onprogress: (p) => heard.push(p.progress) };
    const call = era === 'legacy' ? client.callTool({ name: 'forecast' }, undefined, options) : client.callTool({ name: 'forecast' }, options);
    assert.equal((await call).content[0].text, '07:12');
    assert.deepEqual(heard, [1, 2, 3]);
  });
  await it('is told by which clause a tool is denied', () => denied(client.callTool({ name: 'delete' }), /this tool/));
  await it('is told by which clause a resource is denied', async () => {
    assert.equal((await client.readResource({ uri: 'tides://ports/brest' })).contents[0].text, 'at tides://ports/brest');
    await denied(client.readResource({ uri: 'tides://ledger' }), /this resource/);
    await denied(client.readResource({ uri: 'tides://staff/ann' }), /this resource/);
  });
  await it('is told by which clause a prompt is denied', async () => {
    assert.equal((await client.getPrompt({ name: 'brief' })).messages.length, 1);
    await denied(client.getPrompt({ name: 'secret' }), /this prompt/);
  });
  await it('goes on after a refusal', async () => {
    assert.equal((await client.callTool({ name: 'search', arguments: { q: 'Brest' } })).content[0].text, 'found Brest');
  });
  if (era === 'legacy') await sessions(it, client, transport, url, key, other);
  await it('is refused with a wrong key', async () => {
    await assert.rejects(async () => {
      const wrong = connection(url, `${key.slice(0, -1)}_`, era);
      await wrong.client.connect(wrong.transport);
    });
  });
  await client.close();
  const failed = results.filter((r) => !r.ok).length;
  console.log(JSON.stringify({ client: `@modelcontextprotocol, ${era}`, results }));
  process.exit(failed ? 1 : 0);
}

async function sessions(it, client, transport, url, key, other) {
  const send = (method, credential) => fetch(url, {
    method,
    headers: {
      Authorization: `Bearer ${credential}`, 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream',
      'Mcp-Session-Id': transport.sessionId, 'MCP-Protocol-Version': '2025-11-25',
    },
    body: method === 'POST' ? JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }) : undefined,
  });
  await it('has a session that another key cannot use', async () => {
    for (const method of ['POST', 'GET', 'DELETE']) {
      assert.equal((await send(method, other)).status, 404, method);
    }
    const mine = await send('POST', key);
    assert.equal(mine.status, 200);
    await mine.body.cancel();
  });
  await it('ends its session', async () => {
    const id = transport.sessionId;
    await transport.terminateSession();
    const after = await fetch(url, { method: 'DELETE', headers: { Authorization: `Bearer ${key}`, 'Mcp-Session-Id': id } });
    assert.equal(after.status, 404);
  });
}

function connection(url, key, era) {
  const options = { requestInit: { headers: { Authorization: `Bearer ${key}` } } };
  const name = { name: 'checker', version: '1.0.0' };
  if (era === 'legacy') {
    return { client: new Client(name, { capabilities: { sampling: {}, roots: {} } }), transport: new StreamableHTTPClientTransport(new URL(url), options) };
  }
  return {
    client: new modern.Client(name, { capabilities: { sampling: {}, roots: {} }, versionNegotiation: { mode: { pin: '2026-07-28' } } }),
    transport: new modern.StreamableHTTPClientTransport(new URL(url), options),
  };
}
