import { LOAD_SERIES_COLUMNS } from '@backstage-arena/plugin-arena-common/load';
import { loadRow } from '../__testUtils__';
import { LoadSeries, SERIES_COLUMNS } from './LoadSeries';

describe('the series of a load test', () => {
  it('knows all columns that the server sends', () => {
    expect(SERIES_COLUMNS).toEqual(LOAD_SERIES_COLUMNS);
  });

  it('keeps rows at their second and leaves gaps where there are none', () => {
    const series = new LoadSeries();
    series.merge({ rows: [loadRow(1), loadRow(3)], next: 2 });
    expect(series.column('second')).toEqual([0, 1, 2, 3]);
    expect(series.column('sent')).toEqual([null, 10, null, 10]);
    expect(series.has(2)).toBe(false);
    expect(series.next).toBe(2);
  });

  it('replaces what still changed, and sums up what was spent again', () => {
    const series = new LoadSeries();
    const rows = [0, 1, 2].map(second => loadRow(second, { cost: 1 }));
    series.merge({ rows, next: 1 });
    const sent = series.column('sent');
    series.merge({
      rows: [
        loadRow(1, { sent: 12, cost: 2, completed: 10, succeeded: 7 }),
        loadRow(2, { cost: 2 }),
        loadRow(3, { cost: 2 }),
      ],
      next: 3,
    });
    expect(series.column('sent')).toEqual([10, 12, 10, 10]);
    expect(series.column('sent')).toBe(sent);
    expect(series.column('spent')).toEqual([1, 3, 5, 7]);
    expect(series.value('failed', 1)).toBe(3);
    expect(series.next).toBe(3);
  });

  it('has no value where the server has none', () => {
    const series = new LoadSeries();
    series.merge({ rows: [loadRow(0, { target: undefined })], next: 1 });
    expect(series.value('target', 0)).toBeUndefined();
  });

  it('tells who listens of rows, not of answers without any', () => {
    const series = new LoadSeries();
    const listener = jest.fn();
    const stop = series.subscribe(listener);
    series.merge({ rows: [], next: 0 });
    expect(listener).not.toHaveBeenCalled();
    series.merge({ rows: [loadRow(0)], next: 1 });
    expect(listener).toHaveBeenCalledTimes(1);
    stop();
    series.merge({ rows: [loadRow(1)], next: 2 });
    expect(listener).toHaveBeenCalledTimes(1);
  });
});
