interface Threshold {
  metric: unknown;
  operator: unknown;
  value: unknown;
}

/** True for a threshold that says: less than. */
function isLimit(entry: unknown, metric: string): entry is Threshold {
  if (typeof entry !== 'object' || entry === null) return false;
  const { metric: name, operator } = entry as Partial<Threshold>;
  return name === metric && operator === '<';
}

/** What a metric must be below, by the first threshold that says so. */
export function limitIn(
  thresholds: readonly unknown[],
  metric: string,
): string | undefined {
  const found = thresholds.find(entry => isLimit(entry, metric));
  const value = (found as Threshold | undefined)?.value;
  return value === undefined ? undefined : String(value);
}

/** Thresholds with another limit for a metric; `undefined` removes it. All others stay, and so does what else it says. */
export function withLimit(
  thresholds: readonly unknown[],
  metric: string,
  value: string | undefined,
): unknown[] {
  const at = thresholds.findIndex(entry => isLimit(entry, metric));
  if (at < 0) {
    return value === undefined
      ? [...thresholds]
      : [...thresholds, { metric, operator: '<', value }];
  }
  return thresholds.flatMap((entry, index) => {
    if (index !== at) return [entry];
    return value === undefined ? [] : [{ ...(entry as Threshold), value }];
  });
}
