import { type ErrorFacts, OUTCOME } from './batch.ts';
import { reachesForeign } from './foreign.ts';

export const MAX_MESSAGE = 1024;
export const MAX_STACK = 4096;
const MAX_CODE = 128;
/** Causes of causes that are followed. */
const MAX_CAUSES = 4;
/** How far a text is cut back to the end of a word: of a secret that is cut in two, nobody would know the first half. */
const MAX_WORD = 256;

/**
 * What V8, JavaScriptCore and SpiderMonkey say when there is no stack left. Formatting the trace there runs whatever the
 * application has put into `Error.prepareStackTrace`, and a regular expression in it ends the process: V8 cannot
 * compile one without stack, and takes that for the end of its memory.
 */
const EXHAUSTED: ReadonlySet<string> = new Set(['Maximum call stack size exceeded', 'too much recursion']);

type Facts = { -readonly [key in keyof ErrorFacts]: ErrorFacts[key] };

/**
 * What is kept of a thrown value. Each property is read once and may throw (a getter, `undefined`), a proxy is asked
 * nothing; the stack is formatted here, by its first reader, which takes microseconds and is why only failures read it.
 */
export function readError(error: unknown): ErrorFacts {
  const facts: Facts = { type: typeof error, message: '' };
  try {
    if (typeof error !== 'object' || error === null) {
      facts.type = error === null ? 'null' : typeof error;
      facts.message = cutText(error, MAX_MESSAGE);
      return facts;
    }
    if (reachesForeign(error)) return { type: 'Object', message: '' };
    const thrown = error as Record<string, unknown>;
    const { name, constructor: made } = thrown;
    const unnamed = name === undefined || name === 'Error';
    facts.type = cutText(unnamed ? (typeof made === 'function' && made.name) || 'Object' : name, MAX_MESSAGE);
    facts.message = cutText(thrown.message ?? '', MAX_MESSAGE);
    const { code } = thrown;
    if (isCode(code)) facts.code = cutText(code, MAX_CODE);
    const stack = EXHAUSTED.has(facts.message) ? undefined : thrown.stack;
    if (typeof stack !== 'string') return facts;
    facts.stack = cutText(stack, MAX_STACK);
    readCauses(facts, stack, thrown.cause);
  } catch {
    // what was read so far stands
  }
  return facts;
}

/**
 * Adds the causes to the stack, as Node prints them; `fetch failed` says nothing without. The code of one stands for an error
 * that has none, but for that of an abort: whether the call was aborted is what the error itself says.
 */
function readCauses(facts: Facts, own: string, first: unknown): void {
  let stack = own;
  let cause = first;
  for (let depth = 0; depth < MAX_CAUSES && cause !== undefined && stack.length < MAX_STACK; depth++) {
    if (typeof cause !== 'object' || cause === null) {
      facts.stack = cutText(`${stack}\n[cause]: ${String(cause)}`, MAX_STACK);
      return;
    }
    if (reachesForeign(cause)) return;
    const inner = cause as Record<string, unknown>;
    const message = String(inner.message ?? '');
    const trace = EXHAUSTED.has(message) ? undefined : inner.stack;
    stack += `\n[cause]: ${typeof trace === 'string' ? trace : message}`;
    facts.stack = cutText(stack, MAX_STACK);
    const { code } = inner;
    if (facts.code === undefined && isCode(code) && code !== ABORT) facts.code = cutText(code, MAX_CODE);
    cause = inner.cause;
  }
}

/** What others have read of an error, within the limits of one that is read here. */
export function cutError({ type, message, code, stack }: ErrorFacts): ErrorFacts {
  return {
    type: cutText(type, MAX_MESSAGE),
    message: cutText(message, MAX_MESSAGE),
    ...(code !== undefined && { code: cutText(code, MAX_CODE) }),
    ...(stack !== undefined && { stack: cutText(stack, MAX_STACK) }),
  };
}

const ABORT = 'ABORT_ERR';

const isCode = (code: unknown): code is string | number => typeof code === 'string' || typeof code === 'number';

/** An abort is the caller's wish, not a failure of the provider. `OpenAI.APIUserAbortError` names only its class so. */
export function outcomeOf(facts: ErrorFacts): number {
  return facts.type.endsWith('AbortError') || facts.code === ABORT ? OUTCOME.aborted : OUTCOME.error;
}

/** A text of at most so many characters that ends with a word, where there is one near. Throws what `String` throws. */
export function cutText(value: unknown, limit: number): string {
  const whole = String(value);
  if (whole.length <= limit) return whole;
  const word = Math.max(whole.lastIndexOf(' ', limit), whole.lastIndexOf('\n', limit));
  return whole.slice(0, word > limit - MAX_WORD ? word : limit);
}
