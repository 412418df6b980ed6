const DECIMAL = /^([+-]?)(\d+\.?\d*|\.\d+)(?:e([+-]?\d+))?$/i;

/** What a Decimal128 can hold. */
const MAX_DIGITS = 34;
const MIN_EXPONENT = -6176;
const MAX_EXPONENT = 6111;

/**
 * The exact decimal that a number prints as, or that a string spells, written as `Decimal128` writes it; undefined for
 * anything else, or beyond 34 digits. Needs no bson, so that a browser says the same as a server.
 */
export function toDecimalText(value: unknown): string | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'string') return undefined;
  const [, sign, number, power = '0'] = DECIMAL.exec(String(value).trim()) ?? [];
  if (number === undefined) return undefined;
  const [whole = '', fraction = ''] = number.split('.');
  let digits = (whole + fraction).replace(/^0+(?=\d)/, '');
  let exponent = Number(power) - fraction.length;
  const beyond = digits.slice(MAX_DIGITS);
  if (/[^0]/.test(beyond)) return undefined;
  digits = digits.slice(0, MAX_DIGITS);
  exponent += beyond.length;
  if (exponent < MIN_EXPONENT || exponent > MAX_EXPONENT) return undefined;
  return (sign === '-' ? '-' : '') + spell(digits, exponent);
}

/** As IEEE 754 writes it: plainly where that is short, else with one digit before the point and a power of ten. */
function spell(digits: string, exponent: number): string {
  const scientific = digits.length - 1 + exponent;
  if (exponent > 0 || scientific >= MAX_DIGITS || scientific <= -7) {
    const rest = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${digits.charAt(0)}${rest}E${scientific > 0 ? '+' : ''}${scientific}`;
  }
  if (exponent === 0) return digits;
  const padded = digits.padStart(1 - exponent, '0');
  return `${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}
