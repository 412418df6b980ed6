/** An exact decimal: `digits` × 10^-`scale`. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

export const ZERO: Decimal = { digits: 0n, scale: 0 };

const SHAPE = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/;

/** Reads what Decimal128 and numbers print (`1.50`, `1E-7`); undefined for NaN, infinities and anything else. */
export function parseDecimal(text: string): Decimal | undefined {
  const [, sign, whole = '', fraction = '', exponent = '0'] = SHAPE.exec(text) ?? [];
  if (sign === undefined || whole + fraction === '') return undefined;
  const digits = BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`);
  const scale = fraction.length - Number(exponent);
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale };
}

export function addDecimal(a: Decimal, b: Decimal): Decimal {
  if (a.scale < b.scale) return addDecimal(b, a);
  return { digits: a.digits + b.digits * 10n ** BigInt(a.scale - b.scale), scale: a.scale };
}

/** Digits behind the point of a quotient, where it has no end. */
const QUOTIENT_SCALE = 18;

/** Rounded half away from zero. `b` must not be 0. */
export function divideDecimal(a: Decimal, b: Decimal): Decimal {
  const scale = a.scale + QUOTIENT_SCALE;
  const dividend = 2n * a.digits * 10n ** BigInt(b.scale + QUOTIENT_SCALE);
  const half = dividend < 0n !== b.digits < 0n ? -b.digits : b.digits;
  return { digits: (dividend + half) / (2n * b.digits), scale };
}

/** Plain notation without trailing zeros: one sum has one spelling. */
export function formatDecimal({ digits, scale }: Decimal): string {
  const sign = digits < 0n ? '-' : '';
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  const whole = text.slice(0, text.length - scale);
  const fraction = text.slice(text.length - scale).replace(/0+$/, '');
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}
