import { PanopticError, type Problem } from '../../config/error.ts';
import { isObject } from '../../config/values.ts';

/** A value that an option, or what is wrapped, cannot have; `expected` completes the sentence "must be …". */
export const refused = (name: string, expected: string): Problem => ({
  code: 'PAN4130',
  name,
  message: `${name} must be ${expected}.`,
});

/** For who takes options apart before the middleware of all frameworks reads them. @throws PanopticError PAN4130 */
export function checkObject(options: unknown, where: string): void {
  if (!isObject(options)) throw new PanopticError([refused(`${where} options`, 'an object')]);
}

/** @throws PanopticError PAN4130 */
export function checkFunction(given: unknown, name: string): void {
  if (typeof given !== 'function') throw new PanopticError([refused(name, 'a function')]);
}
