interface Decimal {
  digits: bigint;
  /** Number of digits behind the point. */
  scale: number;
}

/** Whether a number is a whole multiple of another, by the digits that they print with: 0.3 is one of 0.1. */
export function isMultipleOf(value: number, divisor: number): boolean {
  const a = toDecimal(value);
  const b = toDecimal(divisor);
  const scale = Math.max(a.scale, b.scale);
  return scaled(a, scale) % scaled(b, scale) === BigInt(0);
}

function toDecimal(value: number): Decimal {
  const [mantissa, exponent] = value.toExponential().split('e');
  const [whole, fraction = ''] = mantissa.split('.');
  return {
    digits: BigInt(whole + fraction),
    scale: fraction.length - Number(exponent),
  };
}

function scaled({ digits, scale }: Decimal, to: number): bigint {
  return digits * BigInt(10) ** BigInt(to - scale);
}
