import type { Operations, Problem } from "./operations.js";

export type * from "./operations.js";

/** How a node is asked. */
export interface ClientOptions {
  /** The node's address: https://node.example */
  node: string | URL;
  /** The API token of the person as whom it is asked; nothing, for what everyone may ask. */
  token?: string | undefined;
  /** What sends requests instead of the platform's own fetch. */
  fetch?: typeof globalThis.fetch;
  /** The most milliseconds that an answer may take; 30,000, if it is not said. Streams may take longer. */
  timeout?: number;
}

/** What was answered, beside the body. */
export interface Answer {
  status: number;
  /** The answer's headers: Entente-Request-Id, ETag, Deprecation. */
  headers: Headers;
  /** It is the answer of an earlier request with the same key: nothing happened a second time. */
  replayed: boolean;
}

/** What can be said with every request. */
export interface Options {
  /** Ends the request, or the stream. */
  signal?: AbortSignal;
  /** The most milliseconds that the answer may take. */
  timeout?: number;
  /** Is told of each answer that is no refusal. */
  onAnswer?: (answer: Answer) => void;
}

/** What can be said with every write. */
export interface Writing extends Options {
  /** Names the request: with the same key the same request happens once. A fresh one, if it is not said. */
  idempotencyKey?: string;
}

/** What can be said with a write that replaces something. */
export interface Replacing extends Writing {
  /** What was read, or its etag: if something else is there by now, nothing is done (412). "*" is whatever is there. */
  ifMatch?: string | { etag: string };
  /** Only if nothing is there yet. */
  ifNoneMatch?: "*";
}

/** A list: for await goes through its items, asking for one page after another. */
export interface Pages<Item, Page> extends AsyncIterable<Item> {
  /** Goes through the pages. */
  pages(): AsyncIterableIterator<Page>;
}

/** A node, asked as one person. A request whose answer is lost with the connection is sent again, with its key. */
export declare class Entente {
  /** Throws a TypeError where the node's address is none. */
  constructor(options: ClientOptions);
}
export interface Entente extends Operations {}

/** Why the node did not do what it was asked (RFC 9457). */
export declare class EntenteProblem extends Error {
  readonly name: "EntenteProblem";
  /** The problem as the node wrote it: errors and findings one by one, the clause with its words. */
  readonly problem: Problem;
  readonly status: number;
  /** The kind of problem: no-authority, refused, changed. */
  readonly code: string;
  /** The clause that refuses, if the agreement does. */
  readonly clause: string | undefined;
  /** Seconds after which to ask again, if the node says so. */
  readonly retryAfter: number | undefined;
}
