import {
  LoadSeriesPage,
  LoadSeriesRow,
} from '@backstage-arena/plugin-arena-common';

/** Columns as the server sends them, in its order. */
export const SERIES_COLUMNS = [
  'second',
  'target',
  'workers',
  'sent',
  'completed',
  'succeeded',
  'rateLimited',
  'dropped',
  'good',
  'inFlight',
  'latencyP50',
  'latencyP90',
  'latencyP99',
  'ttftP50',
  'ttftP99',
  'latenessP99',
  'inputTokens',
  'outputTokens',
  'cost',
] as const satisfies ReadonlyArray<keyof LoadSeriesRow>;

/** What follows from the columns: conversations that failed, and all that was spent until then. */
const DERIVED_COLUMNS = ['failed', 'spent'] as const;

/** @see SERIES_COLUMNS */
export type SeriesColumn =
  | (typeof SERIES_COLUMNS)[number]
  | (typeof DERIVED_COLUMNS)[number];

/** Values by second; `null` where there is none. */
export type SeriesValues = Array<number | null>;

/**
 * The seconds of a load test, column by column, as charts take them: position `n` of each column is second `n`. Grows in place, so that an
 * hour costs no more per second than a minute does; whoever draws it is told of every change.
 */
export class LoadSeries {
  private readonly columns = new Map<SeriesColumn, SeriesValues>(
    [...SERIES_COLUMNS, ...DERIVED_COLUMNS].map(name => [name, []]),
  );
  private readonly listeners = new Set<() => void>();
  private nextSecond = 0;
  private isComplete = false;
  private changes = 0;

  /** Seconds from the start, those without a row included. */
  get length(): number {
    return this.column('second').length;
  }

  /** Seconds to show: those that are final. The last ones of a test that runs lack what some workers have not told yet. */
  get shown(): number {
    return this.isComplete || this.next === 0
      ? this.length
      : Math.min(this.next, this.length);
  }

  /** Where to go on reading: seconds before this one are final. */
  get next(): number {
    return this.nextSecond;
  }

  /** Another number after each change. */
  get version(): number {
    return this.changes;
  }

  column(name: SeriesColumn): SeriesValues {
    return this.columns.get(name)!;
  }

  /** True when the second has a row. */
  has(second: number): boolean {
    return this.value('sent', second) !== undefined;
  }

  value(name: SeriesColumn, second: number): number | undefined {
    return this.column(name)[second] ?? undefined;
  }

  /** Takes rows over by their second; those that are known already are replaced. */
  merge(page: LoadSeriesPage): void {
    const before = this.shown;
    this.nextSecond = Math.max(this.nextSecond, page.next);
    page.rows.forEach(row => this.put(row));
    if (page.rows.length > 0) this.sumUp(page.rows[0].second);
    if (page.rows.length > 0 || this.shown !== before) this.tell();
  }

  /** Nothing more will come: all seconds are final. */
  complete(): void {
    if (this.isComplete) return;
    this.isComplete = true;
    this.tell();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private tell(): void {
    this.changes++;
    this.listeners.forEach(listener => listener());
  }

  private put(row: LoadSeriesRow): void {
    for (let second = this.length; second <= row.second; second++) {
      this.columns.forEach(column => column.push(null));
      this.column('second')[second] = second;
    }
    SERIES_COLUMNS.forEach(name => {
      this.column(name)[row.second] = row[name] ?? null;
    });
    this.column('failed')[row.second] = row.completed - row.succeeded;
  }

  private sumUp(from: number): void {
    const cost = this.column('cost');
    const spent = this.column('spent');
    for (let second = from; second < this.length; second++) {
      spent[second] = (spent[second - 1] ?? 0) + (cost[second] ?? 0);
    }
  }
}
