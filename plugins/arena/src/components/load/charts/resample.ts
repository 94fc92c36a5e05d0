/** Points of a line: more than a chart is wide are a smear. */
const MAX_POINTS = 400;
const STEPS = [1, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600];

/** Seconds that a point stands for. */
export function stepOf([from, to]: readonly [number, number]): number {
  return (
    STEPS.find(step => (to - from) / step <= MAX_POINTS) ??
    STEPS[STEPS.length - 1]
  );
}

/** Makes one value of those of each `step` seconds; seconds without a value do not count. */
export function resample(
  values: ReadonlyArray<number | null>,
  step: number,
  merge: 'last' | 'max' | 'mean',
): Array<number | null> {
  if (step === 1) return [...values];
  const result: Array<number | null> = [];
  for (let start = 0; start < values.length; start += step) {
    const some = values
      .slice(start, start + step)
      .filter((value): value is number => value !== null);
    if (some.length === 0) result.push(null);
    else if (merge === 'last') result.push(some[some.length - 1]);
    else if (merge === 'max') result.push(Math.max(...some));
    else result.push(some.reduce((a, b) => a + b, 0) / some.length);
  }
  return result;
}
