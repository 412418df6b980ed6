/**
 * Hears of the failure of a promise that a function of the application's has given where nobody awaits one: it would end
 * the application as an unhandled rejection. Throws where a proxy or a `then` of the application's does.
 * @param failed must not throw
 */
export function heed(given: unknown, failed: (error: unknown) => void): void {
  if (given instanceof Promise) given.then(undefined, failed);
}
