// Calls an OpenAI-compatible service, or the gateway before it, with OpenAI's own client, and checks
// what the client makes of the answers.
//
//   npm ci
//   node openai.mjs \
//     --chat-url  http://127.0.0.1:8601/summarise/v1 --chat-key  ent_… --chat-model  calluna-extract-1 \
//     --embed-url http://127.0.0.1:8601/embed/v1     --embed-key ent_… --embed-model tidewater-embed-1 \
//     --header entente-usage-id \
//     --refused '{"model":"other-1","status":403,"code":"model-not-listed","error":"PermissionDeniedError","message":"Schedule A"}'
//
// --chat-* and --embed-* each run their checks when given; one of the two is needed. Each can come from the
// environment instead: CHAT_URL, CHAT_KEY, … Give keys that way where others can list processes.
// --header NAME (any number) is a header that answers to chat and embeddings must have.
// --refused JSON (any number) is a call that must fail:
//     status, code, error (name of the client's error class), message (a part of it)   what is expected; all optional but status
//     clause                                           a clause number that the message must name
//     operation "chat" (default), "responses", "embeddings" or "models"                what is called
//     url, key, model, headers                                                         instead of the usual ones
//   A refused chat is tried plain and streaming.
//
// Prints one JSON object: {"client","node","passed","failed","results":[{"name","ok","milliseconds",…}]}.
// Ends with 0 if all checks passed, 1 if one failed, 2 if it was called wrongly.

import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import OpenAI from 'openai';
import { VERSION } from 'openai/version';

const text = { type: 'string' };
const many = { type: 'string', multiple: true, default: [] };
const given = options();
const timeout = 15_000; // milliseconds, of each call
const results = [];

const article = `The harbour was closed on Monday. A storm had damaged the outer pier, and two boats sank at their moorings.
Ships waited outside for two days. Ferries to the islands were moved to the next town. The port authority puts the damage
at three million euros. The pier will be repaired in spring. Nobody was hurt. Fishermen ask for an earlier date.`;
const messages = [
  { role: 'system', content: 'You write abstracts. Keep to what the document says.' },
  { role: 'user', content: `Summarise in three sentences:\n\n${article}` },
];

if (given['chat-url']) await chatChecks();
if (given['embed-url']) await embedChecks();
for (const [i, json] of given.refused.entries()) await refusedChecks(i, JSON.parse(json));
report();

function options() {
  const names = ['chat-url', 'chat-key', 'chat-model', 'embed-url', 'embed-key', 'embed-model'];
  try {
    const { values } = parseArgs({ options: { ...Object.fromEntries(names.map((n) => [n, text])), header: many, refused: many } });
    for (const n of names) values[n] ??= process.env[n.toUpperCase().replace('-', '_')];
    for (const kind of ['chat', 'embed']) {
      if (values[`${kind}-url`] && !(values[`${kind}-key`] && values[`${kind}-model`])) {
        throw new Error(`--${kind}-url needs --${kind}-key and --${kind}-model`);
      }
    }
    if (!values['chat-url'] && !values['embed-url']) throw new Error('--chat-url or --embed-url says what to call');
    values.refused.forEach((json) => {
      if (!Number.isInteger(JSON.parse(json).status)) throw new Error(`--refused needs the status that is expected: ${json}`);
    });
    return values;
  } catch (e) {
    console.error(`openai.mjs: ${e.message}`);
    process.exit(2);
  }
}

function client(kind, over = {}) {
  return new OpenAI({
    baseURL: over.url ?? given[`${kind}-url`],
    apiKey: over.key ?? given[`${kind}-key`],
    defaultHeaders: over.headers,
    maxRetries: 0,
    timeout,
  });
}

// check runs one check; what it returns stands in its result.
async function check(name, run) {
  const begin = performance.now();
  let result;
  try {
    result = { name, ok: true, ...(await run()) };
  } catch (e) {
    result = { name, ok: false, error: `${e.constructor.name}: ${e.message}`.slice(0, 2000) };
  }
  results.push({ ...result, milliseconds: Math.round(performance.now() - begin) });
}

async function chatChecks() {
  const openai = client('chat');
  const model = given['chat-model'];
  let plain; // what the other checks compare with

  await check('chat, plain', async () => {
    const { data, response } = await openai.chat.completions.create({ model, messages }).withResponse();
    plain = data;
    assert.equal(data.object, 'chat.completion');
    assert.equal(data.model, model);
    assert.equal(data.choices.length, 1);
    assert.equal(data.choices[0].message.role, 'assistant');
    assert.equal(data.choices[0].finish_reason, 'stop');
    assert.ok(data.choices[0].message.content.length > 20, 'the answer is too short');
    checkUsage(data.usage);
    return { content: data.choices[0].message.content, usage: data.usage, headers: checkHeaders(response) };
  });

  await check('chat, cut at max_completion_tokens', async () => {
    const cut = await openai.chat.completions.create({ model, messages, max_completion_tokens: 4 });
    assert.equal(cut.choices[0].finish_reason, 'length');
    assert.ok(cut.usage.completion_tokens <= 4, `${cut.usage.completion_tokens} tokens were sent`);
    return { content: cut.choices[0].message.content };
  });

  await check('chat, streaming without include_usage', async () => {
    const s = await collect(await openai.chat.completions.create({ model, messages, stream: true }));
    assert.equal(s.content, plain.choices[0].message.content);
    assert.equal(s.finish, 'stop');
    assert.equal(s.empty, 0, 'a chunk without choices was sent to a caller who did not ask for usage');
    assert.equal(s.usage, undefined, 'usage was sent to a caller who did not ask for it');
    return { chunks: s.chunks, first_milliseconds: s.first };
  });

  await check('chat, streaming with include_usage', async () => {
    const asked = openai.chat.completions.create({ model, messages, stream: true, stream_options: { include_usage: true } });
    const { data, response } = await asked.withResponse();
    const s = await collect(data);
    assert.equal(s.content, plain.choices[0].message.content);
    assert.equal(s.finish, 'stop');
    assert.equal(s.empty, 1, 'exactly one chunk is of mere usage');
    checkUsage(s.usage);
    assert.equal(s.usage.prompt_tokens, plain.usage.prompt_tokens);
    assert.equal(s.usage.completion_tokens, plain.usage.completion_tokens);
    return { chunks: s.chunks, first_milliseconds: s.first, usage: s.usage, headers: checkHeaders(response) };
  });

  await check('chat, streaming through the helper', async () => {
    const final = await openai.chat.completions.stream({ model, messages }).finalChatCompletion();
    assert.equal(final.choices[0].message.content, plain.choices[0].message.content);
    return {};
  });

  await check('chat, aborted in the middle of a stream', async () => {
    const abort = new AbortController();
    const stream = await openai.chat.completions.create({ model, messages, stream: true }, { signal: abort.signal });
    const s = await collect(stream, (pieces) => pieces === 3 && abort.abort());
    assert.equal(s.finish, undefined, 'the stream ended by itself before it could be aborted');
    assert.ok(s.content.length < plain.choices[0].message.content.length, 'the whole answer had come already');
    const next = await openai.chat.completions.create({ model, messages });
    assert.equal(next.choices[0].message.content, plain.choices[0].message.content);
    return { chunks: s.chunks };
  });

  await check('models', () => listed(openai, model));
}

async function embedChecks() {
  const openai = client('embed');
  const model = given['embed-model'];
  const input = ['The harbour is closed after a storm.', 'A storm has closed the harbour.', 'Biscuits may contain hazelnut.'];
  let vectors;

  await check('embeddings, as the client asks by itself', async () => {
    const { data, response } = await openai.embeddings.create({ model, input }).withResponse();
    vectors = data.data.map((d) => d.embedding);
    assert.equal(data.model, model);
    assert.deepEqual(data.data.map((d) => d.index), [0, 1, 2]);
    vectors.forEach((v) => assert.ok(Math.abs(dot(v, v) - 1) < 1e-4, `a vector has the length ${Math.sqrt(dot(v, v))}`));
    const [near, far] = [dot(vectors[0], vectors[1]), dot(vectors[0], vectors[2])];
    assert.ok(near > far, `the paraphrase is no nearer (${near}) than another subject (${far})`);
    assert.ok(data.usage.prompt_tokens > 0 && data.usage.total_tokens === data.usage.prompt_tokens);
    return { dimensions: vectors[0].length, near, far, usage: data.usage, headers: checkHeaders(response) };
  });

  await check('embeddings, as floats', async () => {
    const { data } = await openai.embeddings.create({ model, input, encoding_format: 'float' });
    assert.equal(data.length, vectors.length);
    data.forEach((d, i) => d.embedding.forEach((x, j) => assert.ok(Math.abs(x - vectors[i][j]) < 1e-6, `dimension ${j} of text ${i} differs`)));
    return {};
  });

  await check('embeddings, one text in fewer dimensions', async () => {
    const { data } = await openai.embeddings.create({ model, input: input[0], dimensions: 64 });
    assert.equal(data.length, 1);
    assert.equal(data[0].embedding.length, 64);
    return {};
  });

  await check('models of the embedder', () => listed(openai, model));
}

async function listed(openai, model) {
  const ids = [];
  for await (const m of await openai.models.list()) ids.push(m.id);
  assert.ok(ids.includes(model), `${model} is not among ${ids.join(', ')}`);
  return { models: ids };
}

async function refusedChecks(i, want) {
  const operation = want.operation ?? 'chat';
  const kind = operation === 'embeddings' || !given['chat-url'] ? 'embed' : 'chat';
  const openai = client(kind, want);
  const model = want.model ?? given[`${kind}-model`];
  const calls = {
    chat: () => openai.chat.completions.create({ model, messages }),
    responses: () => openai.responses.create({ model, input: article }),
    embeddings: () => openai.embeddings.create({ model, input: article }),
    models: () => openai.models.list(),
  };
  await check(`refused ${i + 1}, ${operation}`, () => refused(calls[operation], want));
  if (operation === 'chat') {
    const streaming = async () => collect(await openai.chat.completions.create({ model, messages, stream: true }));
    await check(`refused ${i + 1}, chat, streaming`, () => refused(streaming, want));
  }
}

async function refused(call, want) {
  let e;
  try {
    await call();
  } catch (thrown) {
    e = thrown;
  }
  assert.ok(e, 'the call was not refused');
  assert.ok(e instanceof OpenAI.APIError, `the client did not recognise the error: ${e}`);
  assert.equal(e.status, want.status, e.message);
  if (want.code) assert.equal(e.code, want.code);
  if (want.error) assert.ok(OpenAI[want.error] && e instanceof OpenAI[want.error], `the client threw ${e.constructor.name}`);
  if (want.message) assert.ok(e.message.includes(want.message), `the message does not say ${JSON.stringify(want.message)}: ${e.message}`);
  if (want.clause) assert.ok(e.message.includes(want.clause), `the message does not name clause ${want.clause}: ${e.message}`);
  return { thrown: e.constructor.name, status: e.status, code: e.code, type: e.type, message: e.message };
}

// collect reads a stream to its end; each is told how many pieces of the answer have come.
async function collect(stream, each = () => {}) {
  const s = { content: '', chunks: 0, empty: 0, first: undefined, finish: undefined, usage: undefined };
  const begin = performance.now();
  let pieces = 0;
  for await (const chunk of stream) {
    s.chunks++;
    if (chunk.choices.length === 0) s.empty++;
    if (chunk.usage) s.usage = chunk.usage;
    const [choice] = chunk.choices;
    if (choice?.finish_reason) s.finish = choice.finish_reason;
    if (!choice?.delta?.content) continue;
    s.first ??= Math.round(performance.now() - begin);
    s.content += choice.delta.content;
    each(++pieces);
  }
  return s;
}

function checkUsage(u) {
  assert.ok(u && u.prompt_tokens > 0 && u.completion_tokens > 0, `usage is ${JSON.stringify(u)}`);
  assert.equal(u.total_tokens, u.prompt_tokens + u.completion_tokens);
}

function checkHeaders(response) {
  const found = {};
  for (const name of given.header) {
    found[name] = response.headers.get(name);
    assert.ok(found[name], `the answer has no header ${name}`);
  }
  return found;
}

function dot(a, b) {
  return a.reduce((sum, x, i) => sum + x * b[i], 0);
}

function report() {
  const failed = results.filter((r) => !r.ok).length;
  console.log(JSON.stringify({ client: `openai ${VERSION}`, node: process.version, passed: results.length - failed, failed, results }, null, 2));
  process.exitCode = failed > 0 ? 1 : 0;
}
