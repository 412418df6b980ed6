import { runtimeState } from './state.ts';

/** Whether a value is a proxy, as far as that can be told: any question to one runs its handler, which is the user's code. */
export function isForeign(value: object): boolean {
  return runtimeState().isProxy?.(value) === true;
}

/** Whether a property of an object may be answered by a proxy: the object itself, or one among its prototypes. */
export function reachesForeign(value: object): boolean {
  for (let holder: object | null = value; holder !== null; holder = Object.getPrototypeOf(holder))
    if (isForeign(holder)) return true;
  return false;
}
