/**
 * A number from the Poisson distribution, by transformed rejection (Hörmann 1993, PTRS): the time it takes does not depend on the mean.
 *
 * @param mean - at least 10
 * @param random - numbers from 0 to 1, without 1
 * @internal
 */
export function poissonCount(mean: number, random: () => number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const vr = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = random() - 0.5;
    const v = random();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= vr) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const left = Math.log((v * inverseAlpha) / (a / (us * us) + b));
    if (left <= k * Math.log(mean) - mean - logFactorial(k)) return k;
  }
}

/** Stirling's series: exact to 1e-10 from 10 on. */
function logFactorial(k: number): number {
  if (k < 10) {
    let product = 1;
    for (let i = 2; i <= k; i += 1) product *= i;
    return Math.log(product);
  }
  const n = k + 1;
  const inverse = 1 / n;
  return (
    (n - 0.5) * Math.log(n) -
    n +
    0.9189385332046727 +
    inverse / 12 -
    (inverse * inverse * inverse) / 360 +
    inverse ** 5 / 1260
  );
}
