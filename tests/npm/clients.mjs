// Calls the gateway with the clients that people use: OpenAI's, Anthropic's and Vercel's AI SDK over both.
//
//   npm ci
//   URL=http://127.0.0.1:8601 OPENAI_KEY=ent_… OPENAI_FULL_KEY=ent_… ANTHROPIC_KEY=ent_… ANTHROPIC_FULL_KEY=ent_… node clients.mjs
//
// The components are summarise (OpenAI-compatible, model calluna-extract-1) and assist (Anthropic-compatible,
// model calluna-assist-1). A full key is one whose limit is reached. Behind both is a service that does what the
// last message says: "plain", "slowly", "break off", "fail with 500", "fail with 503". A request may have 64 KiB.
//
// Prints one JSON object: {"clients":{name: version},"results":[{"name","ok",…}]}, and ends with 0 if all passed.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import Anthropic from '@anthropic-ai/sdk';
import { generateText, streamText } from 'ai';
import OpenAI from 'openai';

const { URL: url, OPENAI_KEY, OPENAI_FULL_KEY, ANTHROPIC_KEY, ANTHROPIC_FULL_KEY } = process.env;
const said = 'High water at six.';
const usage = { input: 12, output: 5 };
const results = [];

// A kind of client makes calls: ask answers {text, usage}; stream hands each piece of text to each and answers the same.
// Both throw what the client throws; seen is {status, code, retry, name} of that.
const kinds = {
  openai: { Client: OpenAI, key: OPENAI_KEY, full: OPENAI_FULL_KEY, component: 'summarise', model: 'calluna-extract-1', make: openai },
  anthropic: { Client: Anthropic, key: ANTHROPIC_KEY, full: ANTHROPIC_FULL_KEY, component: 'assist', model: 'calluna-assist-1', make: anthropic },
  'ai, openai chat': { key: OPENAI_KEY, full: OPENAI_FULL_KEY, component: 'summarise', model: 'calluna-extract-1', make: vercel((o) => createOpenAI(o).chat) },
  'ai, openai responses': { key: OPENAI_KEY, full: OPENAI_FULL_KEY, component: 'summarise', model: 'calluna-extract-1', make: vercel((o) => createOpenAI(o).responses) },
  'ai, anthropic': { key: ANTHROPIC_KEY, full: ANTHROPIC_FULL_KEY, component: 'assist', model: 'calluna-assist-1', make: vercel(createAnthropic) },
};

for (const [name, kind] of Object.entries(kinds)) await checks(name, kind);
const require = createRequire(import.meta.url);
const version = (name) => require(`./node_modules/${name}/package.json`).version;
const packages = ['openai', '@anthropic-ai/sdk', 'ai', '@ai-sdk/openai', '@ai-sdk/anthropic'];
console.log(JSON.stringify({ clients: Object.fromEntries(packages.map((p) => [p, version(p)])), results }, null, 1));
process.exit(results.every((r) => r.ok) ? 0 : 1);

async function checks(name, kind) {
  const it = async (what, run) => {
    const result = { name: `${name}: ${what}`, ok: true };
    try {
      await Promise.race([run(), new Promise((_, late) => setTimeout(late, 20_000, new Error('it took too long')).unref())]);
    } catch (error) {
      Object.assign(result, { ok: false, error: String(error?.stack ?? error).slice(0, 2000) });
    }
    results.push(result);
  };
  const client = (over = {}) => kind.make({ key: kind.key, model: kind.model, component: kind.component, ...over });
  const fails = async (want, over, text = 'plain') => {
    for (const how of ['ask', 'stream']) {
      const c = client(over);
      const e = await c[how](text).then((a) => assert.fail(`${how} was answered with ${JSON.stringify(a)}`), (thrown) => c.seen(thrown));
      for (const [member, expected] of Object.entries(want)) {
        if (member === 'name' && !kind.Client) continue; // the AI SDK has one class for all
        assert.deepEqual(e[member], expected, `${how}, ${member}: ${JSON.stringify(e)}`);
      }
    }
  };

  await it('is answered, and told the usage', async () => assert.deepEqual(await client().ask('plain'), { text: said, usage }));
  await it('streams, and is told the usage', async () => {
    const pieces = [];
    assert.deepEqual(await client().stream('plain', (p) => pieces.push(p)), { text: said, usage });
    assert.ok(pieces.length > 1, 'the answer came in one piece');
  });
  await it('leaves in the middle of a stream, and calls again', async () => {
    const c = client();
    const leave = new AbortController();
    await c.stream('slowly', () => leave.abort(), leave.signal).catch(() => {});
    assert.ok(leave.signal.aborted);
    assert.equal((await c.ask('plain')).text, said);
  });
  await it('takes a stream that breaks off for an error', async () => {
    const pieces = [];
    await assert.rejects(client().stream('break off', (p) => pieces.push(p)));
    assert.ok(pieces.length > 0 && pieces.join('') !== said, `it was told ${JSON.stringify(pieces)}`);
  });
  await it('knows 401', () => fails({ status: 401, name: 'AuthenticationError', code: 'key-invalid' }, { key: `${kind.key.slice(0, -1)}_` }));
  await it('knows 403', () => fails({ status: 403, name: 'PermissionDeniedError', code: 'model-not-listed' }, { model: 'other-1' }));
  await it('knows 404', () => fails({ status: 404, name: 'NotFoundError', code: 'no-such-operation' }, { prefix: '/v1/nothing' }));
  await it('knows 413', () => fails({ status: 413, code: 'body-too-large' }, {}, 'x'.repeat(80 << 10)));
  await it('knows 429, and how long to wait', () => fails({ status: 429, name: 'RateLimitError', code: 'rate-exceeded', retry: '3600' }, { key: kind.full }));
  await it('knows a failure of the service', () => fails({ status: 502, code: 'upstream-failed' }, {}, 'fail with 500'));
  await it('knows an overload of the service, and how long to wait', () => fails({ status: 503, code: 'upstream-failed', retry: '7' }, {}, 'fail with 503'));
}

function openai({ key, model, component, prefix = '/v1' }) {
  const client = new OpenAI({ baseURL: `${url}/${component}${prefix}`, apiKey: key, maxRetries: 0 });
  const counted = (u) => ({ input: u.prompt_tokens, output: u.completion_tokens });
  const body = (content) => ({ model, messages: [{ role: 'user', content }] });
  return {
    async ask(text) {
      const a = await client.chat.completions.create(body(text));
      return { text: a.choices[0].message.content, usage: counted(a.usage) };
    },
    async stream(text, each = () => {}, signal) {
      const s = await client.chat.completions.create({ ...body(text), stream: true, stream_options: { include_usage: true } }, { signal });
      const a = { text: '', usage: undefined };
      for await (const chunk of s) {
        const piece = chunk.choices[0]?.delta.content;
        if (piece) each(piece);
        a.text += piece ?? '';
        if (chunk.usage) a.usage = counted(chunk.usage);
      }
      return a;
    },
    seen: (e) => ({ status: e.status, code: e.code, retry: e.headers?.get('retry-after'), name: e.constructor.name }),
  };
}

function anthropic({ key, model, component, prefix = '' }) {
  const client = new Anthropic({ baseURL: `${url}/${component}${prefix}`, apiKey: key, maxRetries: 0 });
  const counted = (u) => ({ input: u.input_tokens, output: u.output_tokens });
  const body = (content) => ({ model, max_tokens: 64, messages: [{ role: 'user', content }] });
  return {
    async ask(text) {
      const a = await client.messages.create(body(text));
      return { text: a.content[0].text, usage: counted(a.usage) };
    },
    async stream(text, each = () => {}, signal) {
      const s = client.messages.stream(body(text), { signal }).on('text', each);
      const a = await s.finalMessage();
      return { text: a.content[0].text, usage: counted(a.usage) };
    },
    seen: (e) => ({ status: e.status, code: e.error?.code ?? e.error?.error?.code, retry: e.headers?.get('retry-after'), name: e.constructor.name }),
  };
}

function vercel(provider) {
  return ({ key, model, component, prefix = '/v1' }) => {
    const call = { model: provider({ baseURL: `${url}/${component}${prefix}`, apiKey: key })(model), maxRetries: 0, maxOutputTokens: 64 };
    const counted = (u) => ({ input: u.inputTokens, output: u.outputTokens });
    return {
      async ask(text) {
        const a = await generateText({ ...call, prompt: text });
        return { text: a.text, usage: counted(a.usage) };
      },
      async stream(text, each = () => {}, abortSignal) {
        const s = streamText({ ...call, prompt: text, abortSignal, onError: () => {} });
        const a = { text: '', usage: undefined };
        for await (const part of s.fullStream) {
          if (part.type === 'error') throw part.error;
          if (part.type === 'text-delta') each(part.text);
          if (part.type === 'text-delta') a.text += part.text;
          if (part.type === 'finish') a.usage = counted(part.totalUsage);
        }
        return a;
      },
      seen(e) {
        const body = JSON.parse(e.responseBody ?? '{}');
        return { status: e.statusCode, code: body.code, retry: e.responseHeaders?.['retry-after'], name: e.name };
      },
    };
  };
}
