import { intercept } from './intercept.ts';
import { listenTo, subscribe } from './listen.ts';
import type { Observation } from './observation.ts';
import { interceptRequest, isRequest } from './request.ts';
import { attend } from './waiting.ts';

/** Sees the first subscription to a thenable; the subscriber gets what it would have got. */
export function interceptThenable(value: object, taken: () => Observation[]): boolean {
  if (isRequest(value)) return interceptRequest(value, taken);
  const restore = intercept(value, 'then', (then, self, args) => {
    restore?.();
    const calls = taken();
    const listening = listenTo(self, args, calls);
    // whoever hears of only one end may miss the other, and keeps waiting
    if (listening.slice(0, 2).filter((arg) => typeof arg === 'function').length === 2)
      for (const call of calls) attend(call);
    return subscribe(then, self, listening, calls);
  });
  return restore !== undefined;
}
