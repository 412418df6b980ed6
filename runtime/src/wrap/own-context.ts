import { snapshotOf } from '../context/snapshot.ts';
import { heed } from '../diagnostics/heed.ts';
import { type ContextSnapshot, runtimeState } from '../instrument/state.ts';
import { type Finder, sayThrown } from './finders.ts';
import type { WrapSettings } from './read-options.ts';
import type { Wishes } from './wishes.ts';

type OwnContext = NonNullable<Wishes['context']>;

/**
 * The context of a call: that of its scope with what the option `context` gives merged over it. Undefined where calls simply
 * have that of their scope, or none.
 */
export function ownContext(
  of: string,
  { context, includeExecutionMetadata }: Pick<WrapSettings, 'context' | 'includeExecutionMetadata'>,
): OwnContext | undefined {
  if (context === undefined) return undefined;
  const outer = (): ContextSnapshot | undefined =>
    includeExecutionMetadata ? runtimeState().storage?.getStore()?.snapshot : undefined;
  return typeof context === 'function' ? computed(of, context as Finder, outer) : constant(of, context, outer);
}

/** Merged once for each snapshot of a scope, however many calls there are in it. */
function constant(
  of: string,
  context: Readonly<Record<string, unknown>>,
  outer: () => ContextSnapshot | undefined,
): OwnContext {
  const alone = snapshotOf(undefined, context, undefined, of);
  const merged = new WeakMap<ContextSnapshot, ContextSnapshot>();
  return () => {
    const scope = outer();
    if (scope === undefined) return alone;
    let snapshot = merged.get(scope);
    if (snapshot === undefined) {
      snapshot = snapshotOf(scope, context, undefined, of);
      merged.set(scope, snapshot);
    }
    return snapshot;
  };
}

function computed(of: string, context: Finder, outer: () => ContextSnapshot | undefined): OwnContext {
  const refused = (error: unknown): void => sayThrown('context', of, error);
  return ({ self, args }) => {
    const scope = outer();
    try {
      const found = Reflect.apply(context, self, args);
      heed(found, refused);
      return found === undefined ? scope : snapshotOf(scope, found, undefined, of);
    } catch (error) {
      refused(error);
      return scope;
    }
  };
}
