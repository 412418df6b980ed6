import type { ExecutionMetadata } from '../context/metadata.types.ts';
import type { CategoryName, ProviderName } from '../providers/own.ts';

/** Whatever can be called; a class alone cannot. */
export type AnyFunction = (...args: never[]) => unknown;

/** A function whose call ends later than it returns. */
export type AsyncFunction = (...args: never[]) => PromiseLike<unknown> | AsyncIterable<unknown>;

/** What a call gives in the end: what its promise resolves to, what its generator returns. */
export type ResultOf<F extends AnyFunction> =
  ReturnType<F> extends Generator<unknown, infer Result, never> | AsyncGenerator<unknown, infer Result, never>
    ? Result
    : Awaited<ReturnType<F>>;

/** What a stream gives, bit by bit. */
export type ChunkOf<F extends AnyFunction> =
  Awaited<ReturnType<F>> extends AsyncIterable<infer Chunk> | Iterable<infer Chunk> ? Chunk : Awaited<ReturnType<F>>;

/**
 * A value that is known beforehand, or what finds it in a call: `model: (result) => result.model`. The function is asked
 * once, when the call has ended, with the call's own `this`. After a failure nobody has a result: a function that looks at
 * it then gives nothing, one that only looks at the arguments gives its value. It must not change anything; what it throws
 * costs its value, and is counted.
 */
export type Value<F extends AnyFunction, Result, Literal, Found = Literal> =
  | Literal
  | ((this: ThisParameterType<F>, result: Result, ...args: Parameters<F>) => Found | null | undefined);

/** What can stand in an attribute as it is. */
export type AttributeLiteral =
  | string
  | number
  | bigint
  | boolean
  | null
  | Date
  | readonly unknown[]
  | Readonly<Record<string, unknown>>;

/** What is used of a logger: pino's, one of `getLogger`, or `console`. */
export interface CallLogger {
  debug(fields: object, message: string): void;
  error(fields: object, message: string): void;
  isLevelEnabled?(level: string): boolean;
  bindings?(): object;
}

/** What is known of a function and its calls, by the keys of the annotation. */
export interface RecordingOptions<F extends AnyFunction, Result, Own extends string = never> {
  /** A known name or alias, or a name of your own; a near miss of a known one is an error. */
  provider: ProviderName<Own>;
  service?: Value<F, Result, string>;
  /** What was used. @default the name of the function in events: `site` */
  resource?: Value<F, Result, string>;
  /** @default that of the provider */
  category?: Value<F, Result, CategoryName>;
  model?: Value<F, Result, string>;
  /** Quantities by measure, in the provider's own names. */
  usage?: Value<F, Result, Readonly<Record<string, unknown>>, object>;
  /** @default 1 */
  quantity?: Value<F, Result, number | bigint>;
  /** @default 'execution' */
  unit?: Value<F, Result, string>;
  /** What the call cost, when you know it; a text is exact. */
  amount?: Value<F, Result, number | bigint | string>;
  /** ISO 4217. @default 'USD' where there is an amount */
  currency?: Value<F, Result, string>;
  tags?: Value<F, Result, string | readonly (string | number)[]>;
  /** The end user. @default `user_id` of the context */
  user?: Value<F, Result, string | number | bigint>;
  /** The request the call belongs to. @default `request_id` of the context */
  requestId?: Value<F, Result, string | number | bigint>;
  /** Anything else worth keeping; lands in `metadata`, over the context. */
  attributes?: Readonly<Record<string, Value<F, Result, AttributeLiteral, unknown>>>;
  /**
   * Context of these calls alone, merged deep over the execution metadata: an object, or what makes one of the arguments of
   * each call, when the call begins.
   */
  context?: ExecutionMetadata | ((this: ThisParameterType<F>, ...args: Parameters<F>) => ExecutionMetadata | undefined);
  captureContext?: {
    /** Whether events carry the execution metadata of the scope that the call begins in. @default true */
    includeExecutionMetadata?: boolean;
  };
  /** Gets a line for each call: at `debug`, or at `error` when it has failed. Lines make no events. */
  logger?: CallLogger;
  /**
   * What the function is called in events, where its own name says too little: `Client.send`. Reports tell functions apart by it,
   * so that it had better stay the same from version to version. @default the function's name, else 'anonymous'
   */
  site?: string;
  /** Share of calls recorded, 0 to 1; errors always are. @default 1 */
  sample?: number;
}

/** What `wrap` and `wrapAsync` take beside the function. */
export type WrapOptions<F extends AnyFunction = AnyFunction, Own extends string = never> =
  | (RecordingOptions<F, ResultOf<F>, Own> & { stream?: false })
  | (RecordingOptions<F, ChunkOf<F>, Own> & {
      /** Follow a returned stream, or a generator, to its end; `result` then means each chunk, and the last value wins. @default false */
      stream: true;
    });
