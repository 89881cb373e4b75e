/** A number as it was written, without any rounding: `digits` times ten to the power of `exponent`. */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** Reads a decimal; undefined for what is none. Digits behind the point count: `5.40` is not written as `5.4` is. */
export function decimal(text: string): Decimal | undefined {
  const [, sign, whole, fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/u.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = BigInt(whole + fraction);
  return { digits: sign === '-' ? -digits : digits, exponent: Number(power) - fraction.length };
}

export function plus(a: Decimal, b: Decimal): Decimal {
  const [left, right, exponent] = aligned(a, b);
  return { digits: left + right, exponent };
}

export function times(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, exponent: a.exponent + b.exponent };
}

export function negative({ digits, exponent }: Decimal): Decimal {
  return { digits: -digits, exponent };
}

/** Below zero where the first is less, above zero where it is greater. */
export function compare(a: Decimal, b: Decimal): number {
  const [left, right] = aligned(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Half of what the last written digit counts: how far around itself a number reaches. */
export function halfOfLastDigit({ exponent }: Decimal): Decimal {
  return { digits: 5n, exponent: exponent - 1 };
}

/** A tenth of its size. */
export function tenth({ digits, exponent }: Decimal): Decimal {
  return { digits: digits < 0n ? -digits : digits, exponent: exponent - 1 };
}

function aligned(a: Decimal, b: Decimal): readonly [bigint, bigint, number] {
  const exponent = Math.min(a.exponent, b.exponent);
  const shift = ({ digits, exponent: own }: Decimal) => digits * 10n ** BigInt(own - exponent);
  return [shift(a), shift(b), exponent];
}
