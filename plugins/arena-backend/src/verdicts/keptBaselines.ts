import { ArenaJob } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { onlyUsable, wholeRuns } from './findBaseline';
import { seriesOf } from './seriesOf';

/** A job that is stored, and where. */
export interface StoredJob {
  cluster: string;
  job: Pick<ArenaJob, 'metadata' | 'spec'>;
}

/** Ids of runs that jobs are compared with next: they must not be deleted for their age. */
export async function keptBaselines(
  knex: Knex,
  jobs: Iterable<StoredJob>,
): Promise<Set<string>> {
  const kept = new Set<string>();
  for (const { cluster, job } of jobs) {
    const ref = job.spec.evaluation?.gate?.baseline;
    if (!ref) continue;
    if (ref.runId !== undefined) {
      kept.add(ref.runId);
      continue;
    }
    const { namespace } = job.metadata;
    const usable = () => onlyUsable(wholeRuns(knex, { cluster, namespace }));
    if (ref.branch !== undefined) {
      // Of each source and arena file: which of them the job will have is not known before it starts.
      const latest: Array<{ run_id: string }> = await knex('runs')
        .whereIn(
          'seq',
          usable()
            .andWhere('run_verdicts.ref', ref.branch)
            .groupBy('run_verdicts.source_name', 'run_verdicts.arena_file')
            .max('run_verdicts.run_seq'),
        )
        .select('run_id');
      latest.forEach(row => kept.add(row.run_id));
      continue;
    }
    const series = ref.jobRef?.name ?? (await seriesOf(knex, cluster, job));
    for (const scope of [
      { 'run_verdicts.series': series },
      {
        'runs.cluster': cluster,
        'runs.namespace': namespace,
        'runs.job_name': series,
      },
    ]) {
      const latest = await usable()
        .andWhere(scope)
        .orderBy('run_verdicts.run_seq', 'desc')
        .first('runs.run_id');
      if (latest) kept.add(latest.run_id);
    }
  }
  return kept;
}
