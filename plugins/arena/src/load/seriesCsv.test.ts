import {
  LOAD_SERIES_COLUMNS,
  loadSeriesCsv,
} from '@backstage-arena/plugin-arena-common/load';
import { loadRow } from '../__testUtils__';
import { LoadSeries } from './LoadSeries';
import { seriesCsv } from './seriesCsv';

it('writes the series as the report does', () => {
  const series = new LoadSeries();
  const rows = [loadRow(0), loadRow(2, { ttftP50: undefined, cost: 0.5 })];
  series.merge({ rows, next: 3 });
  expect(seriesCsv(series)).toBe(
    `${[LOAD_SERIES_COLUMNS.join(','), ...rows.map(loadSeriesCsv)].join(
      '\n',
    )}\n`,
  );
});
