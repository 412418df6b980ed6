import { AsyncLocalStorage } from 'node:async_hooks';
import type { ContextHolder, ContextStorage } from '../instrument/state.ts';

export const createStorage = (): ContextStorage => new AsyncLocalStorage<ContextHolder>();

/** What `setExecutionMetadata` changes outside a scope: nothing, in a process that serves many. */
export const outermost = (): ContextHolder | undefined => undefined;
