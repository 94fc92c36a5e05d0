import { LoadSeries, SERIES_COLUMNS } from './LoadSeries';

/** The seconds of a load test as `loadtest-series.csv` has them. */
export function seriesCsv(series: LoadSeries): string {
  const lines = [SERIES_COLUMNS.join(',')];
  for (let second = 0; second < series.length; second++) {
    if (series.has(second)) {
      lines.push(
        SERIES_COLUMNS.map(name => series.value(name, second) ?? '').join(','),
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
