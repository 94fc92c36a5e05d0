import { ArenaJobSpec } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { RunRow } from '../runs/tables';

/** The run that a job wants to be compared with, as its spec says. */
export type BaselineRef = NonNullable<
  NonNullable<NonNullable<ArenaJobSpec['evaluation']>['gate']>['baseline']
>;

/** Whose baseline is looked for. */
export interface BaselineSeeker {
  seq: number;
  cluster: string;
  namespace: string;
  series: string;
  sourceUid: string;
  arenaFile: string;
}

/**
 * Id of the run that a job is compared with: of those that began before its own run, were of whole plans and succeeded, the latest. A run
 * that is named is taken whatever became of it, as long as it has ended.
 *
 * The jobs of the runs may be gone.
 */
export async function findBaseline(
  knex: Knex,
  ref: BaselineRef,
  seeker: BaselineSeeker,
): Promise<string | undefined> {
  const { cluster, namespace } = seeker;
  if (ref.runId !== undefined) {
    const named = await knex<RunRow>('runs')
      .where({ run_id: ref.runId, cluster, namespace, state: 'Closed' })
      .first('run_id');
    return named?.run_id;
  }
  const successes = () =>
    knex('run_verdicts')
      .join('runs', 'runs.seq', 'run_verdicts.run_seq')
      .where({
        'run_verdicts.cluster': cluster,
        'run_verdicts.namespace': namespace,
        'run_verdicts.phase': 'Succeeded',
        'run_verdicts.whole': true,
      })
      .andWhere('run_verdicts.run_seq', '<', seeker.seq)
      .orderBy('run_verdicts.run_seq', 'desc');
  const first = async (query: Knex.QueryBuilder): Promise<string | undefined> =>
    (await query.first('runs.run_id'))?.run_id;

  if (ref.branch !== undefined) {
    return first(
      successes().andWhere({
        'run_verdicts.source_uid': seeker.sourceUid,
        'run_verdicts.arena_file': seeker.arenaFile,
        'run_verdicts.ref': ref.branch,
      }),
    );
  }
  const name = ref.jobRef?.name ?? seeker.series;
  return (
    (await first(successes().andWhere({ 'run_verdicts.series': name }))) ??
    // A job whose runs belong to another series: one that repeats another, or that a schedule created.
    first(
      successes().andWhere({
        'runs.cluster': cluster,
        'runs.namespace': namespace,
        'runs.job_name': name,
      }),
    )
  );
}
