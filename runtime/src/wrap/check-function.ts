import type { OptionReader } from './option-reader.ts';

/** The name a function has, as far as it has one. Never throws. */
export function nameOf(fn: unknown): string {
  try {
    const name: unknown = typeof fn === 'function' ? fn.name : '';
    return typeof name === 'string' ? name : '';
  } catch {
    return '';
  }
}

/** Notes what keeps a function from being wrapped. */
export function checkFunction(fn: unknown, reader: OptionReader): void {
  if (typeof fn !== 'function') {
    const kind = fn === null ? 'null' : typeof fn;
    reader.refuse('PAN4114', 'fn', `must be a function; it is ${kind === 'object' ? 'an object' : kind}.`);
  } else if (isClass(fn)) {
    reader.refuse('PAN4115', 'fn', 'is a class. Wrap its methods, or a function that makes its instances.');
  }
}

/** Said from its source, which nothing of the user's is asked for. A method called `class` has no prototype. */
function isClass(fn: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(fn)) && Object.hasOwn(fn, 'prototype');
}
