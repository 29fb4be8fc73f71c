// Uses the TypeScript client as a program of a partner does, against a running node, in Node.js or in a browser. What a
// compiler must refuse stands under @ts-expect-error: tsc --strict finds fault where nothing is wrong there.
import { Entente, EntenteProblem } from "entente-client";
import type { Answer, Key, Problem } from "entente-client";

export interface Plan {
  node: string;
  agreement: string;
  tokens: { technicalA: string; technicalB: string; financeA: string };
}

export interface Result {
  name: string;
  ok: boolean;
  error?: string;
}

function same(got: unknown, want: unknown, what: string) {
  if (JSON.stringify(got) !== JSON.stringify(want)) throw new Error(`${what}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
}

async function refused(what: Promise<unknown>): Promise<EntenteProblem> {
  try {
    await what;
  } catch (error) {
    if (error instanceof EntenteProblem) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

export async function run(plan: Plan): Promise<Result[]> {
  const id = plan.agreement;
  const as = (token: string, fetch?: typeof globalThis.fetch) => new Entente({ node: plan.node, token, ...(fetch && { fetch }) });
  const lead = as(plan.tokens.technicalB);
  const results: Result[] = [];
  async function check(name: string, body: () => Promise<void>) {
    try {
      await body();
      results.push({ name, ok: true });
    } catch (error) {
      results.push({ name, ok: false, error: String(error instanceof Error ? (error.stack ?? error.message) : error).slice(0, 500) });
    }
  }
  const wanted = { component: "summarise", environment: "test", purpose: "service" } as const;
  let last: Key | undefined;

  await check("what is answered has its type", async () => {
    const me = await lead.me();
    same(me.party, "b", "the party");
    const agreement = await lead.getAgreement({ id });
    same(agreement.versions[0]?.version, 1, "the first version");
    // @ts-expect-error: there is no such member
    same(agreement.colour, undefined, "what there is not");
    same((await new Entente({ node: plan.node }).livez()).status, "ok", "without a token");
  });

  await check("what cannot be sent is refused by the compiler, and by the node", async () => {
    // @ts-expect-error: there is no such environment
    const wrong = await refused(lead.issueKey({ body: { ...wanted, environment: "moon" } }));
    same([wrong.status, wrong.code, wrong.problem.errors?.[0]?.location], [422, "invalid", "body.environment"], "the problem");
    for (const name of ["", ".", ".."]) {
      try {
        await lead.getAgreement({ id: name });
        throw new Error(`the id ${JSON.stringify(name)} is asked for`);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
    }
  });

  await check("a refusal cites its clause", async () => {
    const problem: EntenteProblem = await refused(as(plan.tokens.financeA).terminate({ id, body: { ground: "notice" } }));
    const said: Problem = problem.problem;
    same([problem.status, problem.clause, said.clause_title], [403, "7.1", said.clause_title], "the clause");
    if (!problem.message || !problem.stack) throw new Error("it is no error as errors are");
  });

  await check("a write is named, and happens once under one name", async () => {
    const answers: Answer[] = [];
    const options = { idempotencyKey: "mine", onAnswer: (a: Answer) => void answers.push(a) };
    const first = await lead.issueKey({ body: wanted }, options);
    const again = await lead.issueKey({ body: wanted }, options);
    same(again, first, "the answer to the second");
    same(answers.map((a) => a.replayed), [false, true], "whether it is the first's");
    last = await lead.issueKey({ body: wanted });
    if (last.id === first.id) throw new Error("a fresh request is the old one");
  });

  await check("a write whose answer is lost happens once", async () => {
    let lost = 0;
    const fragile: typeof globalThis.fetch = async (...request) => {
      const answer = await fetch(...request);
      if (++lost > 1) return answer;
      await answer.arrayBuffer();
      throw new TypeError("the connection broke");
    };
    const before = await count(lead);
    const key = await as(plan.tokens.technicalB, fragile).issueKey({ body: { ...wanted, label: "lost" } });
    same([key.label, lost, (await count(lead)) - before], ["lost", 2, 1], "the keys that were made");
  });

  await check("a list comes page by page", async () => {
    const items: string[] = [], sizes: number[] = [];
    for await (const key of lead.listKeys({ limit: 2 })) items.push(key.id);
    for await (const page of lead.listKeys({ limit: 2 }).pages()) sizes.push(page.items.length);
    same([new Set(items).size, sizes.slice(0, -1).every((n) => n === 2), sizes.reduce((a, b) => a + b)], [items.length, true, items.length], "the pages");
    if (items.length < 3) throw new Error(`only ${items.length} keys`);
  });

  await check("nothing is replaced that was not read", async () => {
    const provider = as(plan.tokens.technicalA);
    const at = { id, component: "summarise", environment: "test" } as const;
    const body = { address: "https://api.calluna.example" };
    await provider.setUpstream({ ...at, body }, { ifNoneMatch: "*" });
    same((await refused(provider.setUpstream({ ...at, body }, { ifNoneMatch: "*" }))).status, 412, "a second one");
    const read = await provider.getUpstream(at);
    const next = await provider.setUpstream({ ...at, body: { address: "https://next.calluna.example" } }, { ifMatch: read });
    same((await refused(provider.setUpstream({ ...at, body }, { ifMatch: read }))).code, "changed", "what was read before");
    await provider.deleteUpstream(at, { ifMatch: next.etag });
  });

  await check("files and tables come as bytes and text", async () => {
    const bundle = await lead.getBundle({ id });
    same([bundle[0], bundle[1]], [0x50, 0x4b], "the bundle is a ZIP");
    const table = await lead.getTable({ id, table: "keys", format: "csv" });
    if (!table.includes("summarise")) throw new Error(table.slice(0, 100));
  });

  await check("events are followed, and go on where the connection broke", async () => {
    const seen: string[] = [];
    const end = new AbortController();
    const late = setTimeout(() => end.abort(), 60_000);
    const before = await sizeOf(lead);
    let connections = 0;
    const fragile: typeof globalThis.fetch = async (...request) => {
      const answer = await fetch(...request);
      if (++connections > 1) return answer;
      const reader = answer.body!.getReader();
      let read = 0;
      const broken = new ReadableStream<Uint8Array<ArrayBuffer>>({
        async pull(to) {
          const { value } = await reader.read();
          if (value && read++ === 0) return to.enqueue(value);
          await reader.cancel();
          to.error(new TypeError("the connection broke"));
        },
      });
      return new Response(broken, { headers: answer.headers });
    };
    for await (const event of as(plan.tokens.technicalB, fragile).followEvents({ id }, { signal: end.signal })) {
      seen.push(event.id);
      if (JSON.stringify(event.data.body).includes('"late"')) end.abort();
      else if (seen.length === before) await lead.issueKey({ body: { ...wanted, label: "late" } });
    }
    clearTimeout(late);
    same(seen, [...new Set(seen)], "no event comes twice");
    same([seen.length, connections], [before + 1, 2], "all events, over two connections");
  });

  async function sizeOf(client: Entente) {
    let n = 0;
    for await (const _ of client.listEvents({ id })) n++;
    return n;
  }
  async function count(client: Entente) {
    let n = 0;
    for await (const _ of client.listKeys()) n++;
    return n;
  }
  return results;
}
