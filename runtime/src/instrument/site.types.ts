/** What a call may add to its event beyond time and outcome; every key is an annotation key. */
export interface CallValues {
  model?: unknown;
  usage?: unknown;
  quantity?: unknown;
  unit?: unknown;
  amount?: unknown;
  currency?: unknown;
  service?: unknown;
  resource?: unknown;
  category?: unknown;
  tags?: unknown;
  user?: unknown;
  requestId?: unknown;
  attributes?: Record<string, unknown>;
}

/** How a call has ended. */
export interface CallEnd {
  /** `OUTCOME` */
  readonly outcome: number;
  readonly durationMs: number;
  readonly values: CallValues | undefined;
  /** What was thrown, or a promise was rejected with. */
  readonly thrown: unknown;
  readonly held: unknown;
}

/** Everything about an annotated function that is known at build time; written out by codegen as a literal. */
export interface SiteInfo {
  /** Hash of package name, package-relative POSIX path, qualified name and ordinal. */
  readonly id: string;
  /** Qualified name as the code knows it: variable, `Class.method`, property, `default`. */
  readonly name: string;
  /** Package-relative POSIX path. */
  readonly file: string;
  /** One-based line of the function. */
  readonly line: number;
  readonly kind: 'function' | 'arrow' | 'method' | 'getter' | 'setter' | 'constructor';
  readonly async: boolean;
  /** The body runs between `next()`s: one event from the first of them to the end, none if there is never one. */
  readonly generator?: true;
  readonly provider: string;
  readonly category: string;
  /** Declared argument types, as written; absent where the source declares none. */
  readonly args?: readonly string[];
  /** Hash of the function's source text. */
  readonly body?: string;
  /** Literal values of the annotation. */
  readonly values?: Readonly<CallValues>;
  /** `context=none` leaves the execution metadata out. Default `inherit`. */
  readonly context?: 'inherit' | 'none';
  /** Share of calls recorded, 0 to 1. Default 1. */
  readonly sample?: number;
  /** `stream=true`: follow a returned async iterable to its end. */
  readonly stream?: boolean;
  /** Its calls carry the call they ran in; the code around the body says where it waits. */
  readonly trace?: true;
  /** Reads references to parameters and `this`, once, when the call starts. */
  // biome-ignore lint/suspicious/noExplicitAny: generated readers take whatever the function was given
  onStart?(...roots: any[]): CallValues;
  /**
   * Reads references to the result, once, when the call has succeeded.
   * @param held of a wrapped function: `this` and the arguments
   */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  onResult?(result: any, held?: unknown): CallValues;
  /** Of a wrapped function: reads what a call says without a result, because it has failed or nobody knows the result. */
  onUnknown?(held: unknown): CallValues;
  /** Of a wrapped function: hears of each call that has an event of its own, when it has ended. Must not throw. */
  onEnded?(end: CallEnd): void;
}

/** One running call. Generated code holds it between `begin` and `end`. */
export interface Call {
  /**
   * Notes the value the function returns; gives the value that must be returned in its place. That is the same one,
   * save for an async function that returns a thenable: its promise must follow one that passes everything on.
   */
  returned<T>(value: T): T;
  /** Notes what the function throws; gives the same value back to be thrown. */
  threw<E>(error: E): E;
  /** Ends the event, or leaves that to the promise, thenable or stream that was returned. Never throws. */
  end(): void;
  /** In traced code: from here the body runs, whether it has begun or goes on behind an error that it caught. */
  entered(): void;
  /** In traced code, around the operand of an `await`: from here the caller runs, or others. Gives its argument. */
  awaiting<T>(value: T): T;
  /** In traced code, around what a `for await` goes over. Gives what to go over instead, each step of which is a part of the body. */
  iterating<T>(value: T): T;
  /** In traced code, around an `await` that has succeeded: from here the body runs. Gives its argument. */
  awaited<T>(value: T): T;
  awaited(): undefined;
}

/** One running generator, synchronous or asynchronous. One that is ended by nothing below was left early: `aborted`. */
export interface GeneratorCall extends Call {
  /** Stands around the operand of a `yield`: from here the caller runs. Gives its argument. */
  paused<T>(value: T): T;
  paused(): undefined;
  /** Stands around a `yield`, which has been resumed with this value: from here the body runs. Gives its argument. */
  resumed<T>(value: T): T;
  /** The end of the body was reached without `return`. */
  completed(): void;
  /** In traced code, around the operand of a `yield*`: from here another generator runs, and who calls it. Gives what to go over instead. */
  delegating<T>(value: T): T;
  /** In traced code, around a `yield*` that has ended: from here the body runs. Gives its argument. */
  delegated<T>(value: T): T;
}

/** The handle of one annotated function. */
export interface Site {
  readonly info: SiteInfo;
  /** A call of a synchronous function; the record is pooled, because such calls nest strictly. */
  begin(): Call;
  /** As `begin`, for annotations that read parameters or `this`: the roots go to `SiteInfo.onStart`. */
  beginWith(...roots: unknown[]): Call;
  /** A call of an asynchronous function. */
  beginAsync(): Call;
  beginAsyncWith(...roots: unknown[]): Call;
  /** A generator has been started: its body runs for the first time. */
  beginGenerator(): GeneratorCall;
  beginGeneratorWith(...roots: unknown[]): GeneratorCall;
  beginAsyncGenerator(): GeneratorCall;
  beginAsyncGeneratorWith(...roots: unknown[]): GeneratorCall;
}
