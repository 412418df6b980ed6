import { intercept } from '../instrument/intercept.ts';
import type { GeneratorCall } from '../instrument/site.types.ts';
import type { Callable } from './callable.ts';
import { AsyncSteps, Steps } from './steps.ts';

/** Begins the event of one generator, when its body runs for the first time. */
export type BeginGenerator = (self: unknown, args: ArrayLike<unknown>) => GeneratorCall;

const KINDS = ['next', 'return', 'throw'] as const;

/**
 * Records a generator function. Its body cannot be entered, so the generators it gives are seen from outside, through
 * methods of their own that nobody can enumerate.
 */
export function recordedGenerator(fn: Callable, isAsync: boolean, begin: BeginGenerator): Callable {
  return {
    wrapped(this: unknown, ...args: unknown[]): unknown {
      const generator = Reflect.apply(fn, this, args);
      const start = (): GeneratorCall => begin(this, args);
      const steps = isAsync ? new AsyncSteps(start) : new Steps(start);
      if (typeof generator === 'object' && generator !== null) {
        const [next] = KINDS.map((kind) =>
          intercept(generator, kind, (method, self, given) => steps.step(kind, method, self, given)),
        );
        if (next !== undefined) return generator;
      }
      // it only calls itself a generator function: what it gives is the end
      const call = start();
      call.returned(generator);
      call.end();
      return generator;
    },
  }.wrapped;
}
