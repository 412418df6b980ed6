import { hasMethod, intercept } from './intercept.ts';
import { all, hear, subscribe } from './listen.ts';
import type { Observation } from './observation.ts';
import { attend } from './waiting.ts';

/** The promise of an API client, which reads the body only for who wants it parsed: openai, Anthropic and their kin. */
export function isRequest(value: object): boolean {
  return ['parse', 'asResponse', 'withResponse'].every((method) => hasMethod(value, method));
}

/** `then`, `catch`, `finally` and `withResponse` all go through `parse`; only `asResponse` alone does not. */
export function interceptRequest(value: object, taken: () => Observation[]): boolean {
  let calls: Observation[] | undefined;
  const begin = (): Observation[] => {
    calls = taken();
    for (const call of calls) attend(call);
    return calls;
  };
  const restoreParse = intercept(value, 'parse', (parse, self, args) => {
    restoreParse?.();
    restoreResponse?.();
    const listeners = calls ?? begin();
    const parsed = subscribe(parse, self, args, listeners);
    hear(parsed, all(listeners));
    return parsed;
  });
  const restoreResponse = intercept(value, 'asResponse', (asResponse, self, args) => {
    restoreResponse?.();
    const listeners = begin();
    const response = subscribe(asResponse, self, args, listeners);
    hear(response, {
      resolved() {
        for (const listener of listeners) listener.ended({ unknown: true });
      },
      rejected: all(listeners).rejected,
    });
    return response;
  });
  return restoreParse !== undefined;
}
