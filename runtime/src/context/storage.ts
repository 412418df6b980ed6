import { AsyncLocalStorage } from 'node:async_hooks';
import type { ContextHolder, ContextStore, EnterableStorage } from '../instrument/state.ts';

export const createStorage = (): EnterableStorage => new AsyncLocalStorage<ContextStore | undefined>();

/** What `setExecutionMetadata` changes outside a scope: nothing, in a process that serves many. */
export const outermost = (): ContextHolder | undefined => undefined;
