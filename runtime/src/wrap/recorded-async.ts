import type { RunningCall } from '../instrument/call.ts';
import { RecordingSite } from '../instrument/site.ts';
import type { Site } from '../instrument/site.types.ts';
import { intrinsicThen, type Subscribe } from '../instrument/watch.ts';
import type { Callable } from './callable.ts';
import type { Handle } from './recorded.ts';

const { apply } = Reflect;

/** What every async function of this realm has as long as nobody changes it. */
const asyncPrototype: object = /* @__PURE__ */ Object.getPrototypeOf(async () => {});

/**
 * Whether a function is `async` in the source that runs. Such a function gives a fresh native promise and nothing else, so
 * that nobody has to find out what it gave.
 */
export function isNativeAsync(fn: Callable): boolean {
  return Object.getPrototypeOf(fn) === asyncPrototype && /^async\b/.test(Function.prototype.toString.call(fn));
}

const subscribe: Subscribe = (promise, resolved, rejected) => {
  intrinsicThen(promise, resolved, rejected);
  return true;
};

/** As `recorded`, for a native async function. */
export function recordedAsync(fn: Callable, handle: Handle): Callable {
  let site: Site | undefined;
  let isPlain = false;
  const first = (): Site => {
    const made = handle();
    // one that is traced has to leave its context before it waits
    isPlain = made instanceof RecordingSite && made.info.trace !== true;
    return made;
  };
  return {
    wrapped(this: unknown): unknown {
      const call = (site ??= first()).begin();
      let promise: unknown;
      try {
        call.entered();
        // biome-ignore lint/complexity/noArguments: as in `recorded`
        promise = apply(fn, this, arguments);
      } catch (error) {
        // there was no stack left to begin it
        call.threw(error);
        call.end();
        throw error;
      }
      if (isPlain) wait(call as RunningCall, promise);
      else {
        call.returned(promise);
        call.end();
      }
      return promise;
    },
  }.wrapped;
}

function wait(call: RunningCall, promise: unknown): void {
  try {
    call.value = promise;
    call.isAwaited(subscribe);
  } catch {
    call.site.state.counters.internalErrors++;
  }
}
