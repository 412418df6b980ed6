import type { ContextHolder, ContextStore } from './state.ts';

/** The scope of execution metadata that is open where the async context holds this. */
export const scopeOf = (store: ContextStore | undefined): ContextHolder | undefined =>
  store !== undefined && 'isCall' in store ? store.scope : store;
