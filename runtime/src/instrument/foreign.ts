import { runtimeState } from './state.ts';

/** Whether a value is a proxy, as far as that can be told: any question to one runs its handler, which is the user's code. */
export function isForeign(value: object): boolean {
  return runtimeState().isProxy?.(value) === true;
}
