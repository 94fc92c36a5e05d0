import { ComparisonOptions } from './types';

const DEFAULT_SIGNIFICANCE = 0.05;
const DEFAULT_MIN_EFFECT = 0.01;

/** What a change has to be to count, with the defaults. */
export type ComparisonLimits = Required<
  Pick<ComparisonOptions, 'significance' | 'minEffect'>
>;

/** @throws RangeError for limits that make no sense */
export function checkedLimits(options: ComparisonOptions): ComparisonLimits {
  const {
    significance = DEFAULT_SIGNIFICANCE,
    minEffect = DEFAULT_MIN_EFFECT,
  } = options;
  if (!(significance > 0 && significance <= 0.5)) {
    throw new RangeError(
      `significance is ${significance}: allowed are numbers above 0 and up to 0.5`,
    );
  }
  if (!(minEffect >= 0 && minEffect <= 1)) {
    throw new RangeError(
      `minEffect is ${minEffect}: allowed are numbers from 0 to 1`,
    );
  }
  return { significance, minEffect };
}
