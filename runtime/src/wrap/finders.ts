import { errorText } from '../diagnostics/error-text.ts';
import { heed } from '../diagnostics/heed.ts';
import { say } from '../diagnostics/say.ts';
import type { CallValues } from '../instrument/site.types.ts';
import type { Asking, Held } from './wishes.ts';

/** An option that is a function. */
export type Finder = (this: unknown, ...args: unknown[]) => unknown;

export interface Finders {
  /** By key of the annotation. */
  readonly values: readonly (readonly [key: keyof CallValues, finder: Finder])[];
  readonly attributes: readonly (readonly [name: string, finder: Finder])[];
}

const { apply } = Reflect;

/** Stands for a result that nobody has: whatever is asked of it throws. */
const NO_RESULT: object = /* @__PURE__ */ revoked();

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** What the options of a wrapped function find in a call. Undefined where none is a function. */
export function asking(of: string, { values, attributes }: Finders): Asking | undefined {
  if (values.length + attributes.length === 0) return undefined;
  const ask = (result: unknown, held: Held, refused: (path: string, error: unknown) => void): CallValues => {
    const args = [result, ...Array.from(held.args)];
    const find = (path: string, finder: Finder): unknown => {
      try {
        const found = apply(finder, held.self, args);
        heed(found, (error) => refused(path, error));
        return found === NO_RESULT ? undefined : found;
      } catch (error) {
        refused(path, error);
        return undefined;
      }
    };
    const found: Record<string, unknown> = {};
    for (const [key, finder] of values) found[key] = find(key, finder);
    if (attributes.length > 0) {
      found.attributes = Object.fromEntries(
        attributes.map(([name, finder]) => [name, find(`attributes.${name}`, finder)]),
      );
    }
    return found;
  };
  // who looked at a result that is not there has done nothing wrong
  const without = (held: Held): CallValues => ask(NO_RESULT, held, () => {});
  return {
    withResult: (result, held) =>
      held.isNew && result === undefined
        ? without(held)
        : ask(result, held, (path, error) => sayThrown(path, of, error)),
    without,
  };
}

/** An option has thrown in a call; the call goes on without what it would have given. */
export function sayThrown(path: string, of: string, error: unknown, without = 'Events go'): void {
  say('PAN4117', `${path} of ${of} has thrown: ${errorText(error)}. ${without} without it.`, `${of} ${path}`);
}
