import type { Callable } from './callable.ts';

/** Only functions of sloppy mode have these, and engines fill them in while one runs. */
const OF_THE_ENGINE: readonly PropertyKey[] = ['arguments', 'caller'];

/** Gives a wrapper what can be seen of the function: name, length, prototype, whatever properties it has. */
export function liken(wrapped: Callable, fn: Callable): void {
  for (const key of Reflect.ownKeys(fn)) {
    const property = Object.getOwnPropertyDescriptor(fn, key);
    if (property !== undefined && !OF_THE_ENGINE.includes(key)) Object.defineProperty(wrapped, key, property);
  }
  for (const key of ['name', 'length']) if (!Object.hasOwn(fn, key)) Reflect.deleteProperty(wrapped, key);
  Object.setPrototypeOf(wrapped, Object.getPrototypeOf(fn));
  if (!Object.isExtensible(fn)) Object.preventExtensions(wrapped);
}
