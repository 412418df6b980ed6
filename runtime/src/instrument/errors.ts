import { type ErrorFacts, OUTCOME } from './batch.ts';
import { reachesForeign } from './foreign.ts';

const MAX_MESSAGE = 1024;
const MAX_STACK = 4096;

/**
 * What V8, JavaScriptCore and SpiderMonkey say when there is no stack left. Formatting the trace there runs whatever the
 * application has put into `Error.prepareStackTrace`, and a regular expression in it ends the process: V8 cannot
 * compile one without stack, and takes that for the end of its memory.
 */
const EXHAUSTED: ReadonlySet<string> = new Set(['Maximum call stack size exceeded', 'too much recursion']);

/**
 * What is kept of a thrown value. Each property is read once and may throw (a getter, `undefined`), a proxy is asked
 * nothing; the stack is formatted here, by its first reader, which takes microseconds and is why only failures read it.
 */
export function readError(error: unknown): ErrorFacts {
  const facts: { -readonly [key in keyof ErrorFacts]: ErrorFacts[key] } = { type: typeof error, message: '' };
  try {
    if (typeof error !== 'object' || error === null) {
      facts.type = error === null ? 'null' : typeof error;
      facts.message = text(error, MAX_MESSAGE);
      return facts;
    }
    if (reachesForeign(error)) return { type: 'Object', message: '' };
    const thrown = error as Record<string, unknown>;
    const { name, constructor: made } = thrown;
    const unnamed = name === undefined || name === 'Error';
    facts.type = text(unnamed ? (typeof made === 'function' && made.name) || 'Object' : name, MAX_MESSAGE);
    facts.message = text(thrown.message ?? '', MAX_MESSAGE);
    const { code } = thrown;
    if (typeof code === 'string' || typeof code === 'number') facts.code = text(code, MAX_MESSAGE);
    const stack = EXHAUSTED.has(facts.message) ? undefined : thrown.stack;
    if (typeof stack === 'string') facts.stack = text(stack, MAX_STACK);
  } catch {
    // what was read so far stands
  }
  return facts;
}

/** An abort is the caller's wish, not a failure of the provider. `OpenAI.APIUserAbortError` names only its class so. */
export function outcomeOf(facts: ErrorFacts): number {
  return facts.type.endsWith('AbortError') || facts.code === 'ABORT_ERR' ? OUTCOME.aborted : OUTCOME.error;
}

function text(value: unknown, limit: number): string {
  return String(value).slice(0, limit);
}
