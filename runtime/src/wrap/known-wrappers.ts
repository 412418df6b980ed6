import { runtimeState } from '../instrument/state.ts';
import type { Callable } from './callable.ts';

/** What a wrapper stands for. */
export interface Wrapped {
  readonly fn: Callable;
  readonly provider: string;
  readonly site: string;
}

/** Every wrapper that is still there, of all copies of the runtime. */
export function knownWrappers(): WeakMap<Callable, Wrapped> {
  const { extensions } = runtimeState();
  return (extensions.wrapped ??= new WeakMap()) as WeakMap<Callable, Wrapped>;
}
