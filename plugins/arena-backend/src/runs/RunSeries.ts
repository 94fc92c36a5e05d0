import { NotFoundError } from '@backstage/errors';
import { Knex } from 'knex';
import { RunRow } from './tables';

const CAPACITY = 10_000;
const CHUNK = 500;

/** The job that runs belong to: that of the schedule that started them, the one that they repeat, or their own. */
export interface SeriesKey {
  cluster: string;
  namespace: string;
  /** Name of the job. */
  series: string;
}

type SeriesRow = Pick<
  RunRow,
  'run_id' | 'cluster' | 'namespace' | 'job_name' | 'series'
> & { judged: string | null };

/** Tells the series of runs. A run never changes its own, so that each is read once. */
export class RunSeries {
  private readonly known = new Map<string, SeriesKey>();

  constructor(private readonly knex: Knex) {}

  /** @throws NotFoundError */
  async get(runId: string): Promise<SeriesKey> {
    const found = (await this.find([runId])).get(runId);
    if (!found) throw new NotFoundError(`Run '${runId}' does not exist`);
    return found;
  }

  /** Of those runs that exist, by id. */
  async find(runIds: readonly string[]): Promise<Map<string, SeriesKey>> {
    const found = new Map<string, SeriesKey>();
    const unknown: string[] = [];
    for (const runId of runIds) {
      const known = this.known.get(runId);
      if (known) found.set(runId, known);
      else unknown.push(runId);
    }
    for (let start = 0; start < unknown.length; start += CHUNK) {
      const rows: SeriesRow[] = await this.knex('runs')
        .leftJoin('run_verdicts', 'run_verdicts.run_seq', 'runs.seq')
        .whereIn('runs.run_id', unknown.slice(start, start + CHUNK))
        .select(
          'runs.run_id',
          'runs.cluster',
          'runs.namespace',
          'runs.job_name',
          'runs.series',
          'run_verdicts.series as judged',
        );
      for (const row of rows) {
        const { cluster, namespace } = row;
        const series = row.series ?? row.judged ?? row.job_name;
        const key = { cluster, namespace, series };
        found.set(row.run_id, key);
        // A run of a version that did not note it may be judged yet.
        if (row.series ?? row.judged) this.keep(row.run_id, key);
      }
    }
    return found;
  }

  /** Whether there is still a run of a series. */
  async isAlive({ cluster, namespace, series }: SeriesKey): Promise<boolean> {
    const where = { cluster, namespace };
    const row =
      (await this.knex<RunRow>('runs')
        .where({ ...where, series })
        .first('seq')) ??
      (await this.knex<RunRow>('runs')
        .where({ ...where, job_name: series, series: null })
        .first('seq')) ??
      (await this.knex('run_verdicts')
        .where({ ...where, series })
        .first('run_seq'));
    return row !== undefined;
  }

  private keep(runId: string, key: SeriesKey): void {
    this.known.set(runId, key);
    if (this.known.size > CAPACITY) {
      this.known.delete(this.known.keys().next().value!);
    }
  }
}
