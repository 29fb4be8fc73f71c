// Asks an Entente node's API as one person. Works where fetch does: Node.js 20 and later, and browsers, in pages of
// the node's own origin. It depends on nothing.

import { operations } from "./operations.js";

/** Why the node did not do what it was asked (RFC 9457). */
export class EntenteProblem extends Error {
  constructor(problem, retryAfter) {
    super(problem.detail ? `${problem.title}: ${problem.detail}` : problem.title);
    this.name = "EntenteProblem";
    this.problem = problem;
    this.status = problem.status;
    this.code = problem.type.split(":").at(-1);
    this.clause = problem.clause;
    this.retryAfter = retryAfter;
  }
}

const longestLine = 1 << 20; // of a stream: an event has one line
const silence = 45_000; // a stream gives a sign of life every 15 seconds
const pauses = [200, 1_000]; // before a request whose answer was lost is repeated

/** A node, asked as one person. */
export class Entente {
  #node;
  #token;
  #fetch;
  #timeout;

  constructor({ node, token, fetch = globalThis.fetch, timeout = 30_000 }) {
    const url = new URL(node);
    if (!/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password) {
      throw new TypeError("node is not a node's address; write one like https://node.example");
    }
    this.#node = url.href.replace(/\/+$/, "");
    this.#token = token;
    this.#fetch = (...request) => fetch(...request);
    this.#timeout = timeout;
  }

  static {
    for (const [name, operation] of Object.entries(operations)) {
      define(name, function (input = {}, options = {}) {
        return operation.paged ? new Pages((page) => this.#ask(name, operation, { ...input, ...page }, options)) : this.#ask(name, operation, input, options);
      });
      if (operation.stream) {
        define(name.replace(/^list/, "follow"), function (input = {}, options = {}) {
          return this.#follow(name, operation, input, options);
        });
      }
    }
    function define(name, value) {
      Object.defineProperty(Entente.prototype, name, { value, writable: true, configurable: true });
    }
  }

  async #ask(name, operation, input, options) {
    const signals = [AbortSignal.timeout(options.timeout ?? this.#timeout)];
    if (options.signal) signals.push(options.signal);
    const request = this.#request(name, operation, input, options, AbortSignal.any(signals));
    const answer = await repeated(() => this.#send(request), request.signal);
    if (!answer.ok) throw await problemOf(answer);
    options.onAnswer?.({ status: answer.status, headers: answer.headers, replayed: answer.headers.get("idempotent-replayed") === "true" });
    switch (operation.answer) {
      case "bytes":
        return new Uint8Array(await answer.arrayBuffer());
      case "text":
        return answer.text();
    }
    return answer.json();
  }

  #request(name, operation, input, options, signal) {
    const headers = { accept: operation.accept ?? "application/json" };
    if (!operation.open) headers.authorization = `Bearer ${this.#token}`;
    if (operation.keyed) headers["idempotency-key"] = options.idempotencyKey ?? freshKey();
    if (options.ifMatch !== undefined) headers["if-match"] = options.ifMatch.etag ?? options.ifMatch;
    if (options.ifNoneMatch !== undefined) headers["if-none-match"] = options.ifNoneMatch;
    let body;
    if (operation.body && input.body !== undefined) {
      headers["content-type"] = operation.body;
      body = operation.body === "application/json" ? JSON.stringify(input.body) : input.body;
    }
    return { url: this.#node + place(name, operation, input), method: operation.method, headers, body, signal, redirect: "error", cache: "no-store", credentials: "omit" };
  }

  #send({ url, ...request }) {
    return this.#fetch(url, request);
  }

  async *#follow(name, operation, input, options) {
    const ended = () => options.signal?.aborted ?? false;
    for (let last, wait = 1_000; !ended(); wait = Math.min(2 * wait, 30_000)) {
      const connection = new AbortController();
      const signals = options.signal ? [connection.signal, options.signal] : [connection.signal];
      let watch = setTimeout(() => connection.abort(), silence);
      try {
        const request = this.#request(name, operation, input, options, AbortSignal.any(signals));
        request.headers.accept = "text/event-stream";
        if (last !== undefined) request.headers["last-event-id"] = last;
        const answer = await this.#send(request);
        if (!answer.ok) throw await problemOf(answer);
        for await (const event of eventsOf(answer.body, () => ((clearTimeout(watch), watch = setTimeout(() => connection.abort(), silence))))) {
          yield JSON.parse(event.data);
          last = event.id;
          wait = 1_000;
        }
      } catch (error) {
        if (ended()) return;
        if (!passing(error)) throw error;
        wait = Math.max(wait, 1_000 * (error.retryAfter ?? 0));
      } finally {
        clearTimeout(watch);
        connection.abort();
      }
      await sleep(wait, options.signal);
    }
  }
}

/** A list, item by item; or page by page. */
class Pages {
  #ask;
  constructor(ask) {
    this.#ask = ask;
  }
  async *pages() {
    for (let next = {}; next; ) {
      const page = await this.#ask(next);
      yield page;
      next = page.next ? { after: page.next } : undefined;
    }
  }
  async *[Symbol.asyncIterator]() {
    for await (const page of this.pages()) yield* page.items;
  }
}

/** The path and query of a request. */
function place(name, operation, input) {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, parameter) => {
    const value = String(input[parameter] ?? "");
    if (value === "" || value === "." || value === "..") throw new TypeError(`${name}: ${parameter} is needed`);
    return encodeURIComponent(value);
  });
  const query = new URLSearchParams();
  for (const parameter of operation.query ?? []) {
    const value = input[parameter];
    if (value !== undefined && value !== null) query.set(parameter, Array.isArray(value) ? value.join(",") : String(value));
  }
  return query.size ? `${path}?${query}` : path;
}

/** Sends a request again where the connection broke before the answer: its key makes that safe. */
async function repeated(send, signal) {
  for (let tries = 0; ; tries++) {
    try {
      return await send();
    } catch (error) {
      if (signal.aborted || tries === pauses.length || !(error instanceof TypeError)) throw error;
      await sleep(pauses[tries], signal);
    }
  }
}

/** Whether a stream that ended so may go on: the connection broke, or the node cannot serve it now. */
function passing(error) {
  if (error instanceof EntenteProblem) return error.status === 429 || error.status >= 500;
  return error instanceof TypeError || error.name === "AbortError";
}

async function problemOf(answer) {
  const text = await answer.text();
  let problem = { type: "about:blank", title: `${answer.status} ${answer.statusText}`.trim(), status: answer.status };
  if (answer.headers.get("content-type")?.startsWith("application/problem+json")) problem = JSON.parse(text);
  const seconds = Number(answer.headers.get("retry-after") ?? NaN);
  return new EntenteProblem(problem, Number.isNaN(seconds) ? undefined : seconds);
}

/** Reads server-sent events; alive is called whenever anything comes. */
async function* eventsOf(body, alive) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "", id, data;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    alive();
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    if (rest.length > longestLine) throw new RangeError("a line of the stream is too long");
    for (const line of lines) {
      if (line.startsWith("id: ")) id = line.slice(4);
      else if (line.startsWith("data: ")) data = line.slice(6);
      else if (line === "" && data !== undefined) {
        yield { id, data };
        data = undefined;
      }
    }
  }
}

function freshKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}

function sleep(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
