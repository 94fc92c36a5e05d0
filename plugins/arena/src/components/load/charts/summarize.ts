import { LoadSeries } from '../../../load/LoadSeries';
import { ChartSpec, valuesOf } from './chartSpecs';

/** What a line does within some time; `undefined` without values. */
export interface LineFacts {
  last: number;
  min: number;
  max: number;
}

/** For those who do not see the chart: where each line is, and between what. */
export function summarize(
  spec: ChartSpec,
  series: LoadSeries,
  options: { bounds: readonly [number, number]; budget: number | undefined },
): Array<LineFacts | undefined> {
  const [from, to] = options.bounds;
  return spec.lines.map(line => {
    const values = valuesOf(line, series, options.budget);
    const end = Math.min(values.length, Math.floor(to) + 1);
    let facts: LineFacts | undefined;
    for (let second = Math.max(0, Math.ceil(from)); second < end; second++) {
      const value = values[second];
      if (value === null) continue;
      facts = facts
        ? {
            last: value,
            min: Math.min(facts.min, value),
            max: Math.max(facts.max, value),
          }
        : { last: value, min: value, max: value };
    }
    return facts;
  });
}
