import { isForeign } from './foreign.ts';

/** What stands in for a method: it must call `method` as it was called, and give what that gives. */
export type Around = (method: Method, self: object, args: unknown[]) => unknown;

type Method = (...args: unknown[]) => unknown;

/**
 * Puts a method of its own in front of one that an object has or inherits, so that a later call of it is seen. The
 * object stays the same, nothing new can be enumerated, and a call with another `this` passes by.
 *
 * Nothing of the user's runs meanwhile: an accessor is left alone, since only calling it could tell what it gives.
 *
 * @returns puts things back as they were; undefined where nothing was done: no such method, or a frozen object
 */
export function intercept(object: object, key: PropertyKey, around: Around): (() => void) | undefined {
  const found = find(object, key);
  if (typeof found?.value !== 'function') return undefined;
  const method: Method = found.value;
  const own = Object.hasOwn(object, key);
  // A method, like most originals, cannot be called with `new`.
  const { seen } = {
    seen(this: unknown, ...args: unknown[]): unknown {
      return this === object ? around(method, object, args) : Reflect.apply(method, this, args);
    },
  };
  for (const fact of ['name', 'length'] as const) {
    const descriptor = Object.getOwnPropertyDescriptor(method, fact);
    if (descriptor !== undefined) Object.defineProperty(seen, fact, descriptor);
  }
  const put = own
    ? Reflect.defineProperty(object, key, { value: seen })
    : Reflect.defineProperty(object, key, { value: seen, writable: true, enumerable: false, configurable: true });
  if (!put) return undefined;
  return () => {
    // somebody may have replaced it since
    if (Object.getOwnPropertyDescriptor(object, key)?.value !== seen) return;
    if (own) Reflect.defineProperty(object, key, { value: method });
    else Reflect.deleteProperty(object, key);
  };
}

/** Whether the object has or inherits a method of this name, as far as that can be told without running anything. */
export function hasMethod(object: object, key: PropertyKey): boolean {
  return typeof find(object, key)?.value === 'function';
}

function find(object: object, key: PropertyKey): PropertyDescriptor | undefined {
  for (let holder: object | null = object; holder !== null; holder = Object.getPrototypeOf(holder)) {
    if (isForeign(holder)) return undefined;
    const descriptor = Object.getOwnPropertyDescriptor(holder, key);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}
