const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * A number from 0 to 1, without 1, for each whole number: those of any run of numbers, and of every n-th number, fall evenly.
 *
 * @public
 */
export function goldenFraction(number: number): number {
  return (number * GOLDEN) % 1;
}
