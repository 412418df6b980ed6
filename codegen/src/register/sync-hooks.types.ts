import type { LoadFnOutput, LoadHookContext } from 'node:module';

/** Hooks in the thread that loads, which newer Nodes have and the types of the oldest supported one do not. */
export interface SyncHooks {
  registerHooks?: (hooks: { load?: LoadSync }) => { deregister(): void };
}

export type LoadSync = (
  url: string,
  context: LoadHookContext,
  nextLoad: (url: string, context?: Partial<LoadHookContext>) => LoadFnOutput,
) => LoadFnOutput;
