/** How many steps of the sequence occur in order, gaps allowed. */
export function matchedSteps(
  names: readonly string[],
  sequence: readonly string[],
): number {
  let step = 0;
  for (const name of names) {
    if (step < sequence.length && name === sequence[step]) step++;
  }
  return step;
}
