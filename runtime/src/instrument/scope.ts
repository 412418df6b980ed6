import type { CallContext, ContextHolder, ContextStore } from './state.ts';

/** The scope of execution metadata that is open where the async context holds this. */
export const scopeOf = (store: ContextStore | undefined): ContextHolder | undefined =>
  isCall(store) ? store.scope : store;

const isCall = (store: ContextStore | undefined): store is CallContext => store !== undefined && store.span === store;
