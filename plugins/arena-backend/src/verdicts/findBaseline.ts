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
  sourceName: string;
  arenaFile: string;
}

/** A run to compare with, and whether there have been runs that could have been one. */
export interface FoundBaseline {
  runId?: string;
  /** Runs of the series, or of the branch, that have ended before; counted only when none of them is a baseline. */
  earlierRuns: number;
}

/**
 * The run that a job is compared with: of those of whole plans that began before its own run and have ended with verdicts, the latest that was
 * not itself judged a regression. Whether it passed its gate must not matter: the luckiest of runs would be taken, and those of the same
 * would look worse. A run that is named is taken whatever became of it, as long as it has ended.
 *
 * The jobs of the runs may be gone.
 */
export async function findBaseline(
  knex: Knex,
  ref: BaselineRef,
  seeker: BaselineSeeker,
): Promise<FoundBaseline> {
  const { cluster, namespace } = seeker;
  if (ref.runId !== undefined) {
    const named = await knex<RunRow>('runs')
      .where({ run_id: ref.runId, cluster, namespace })
      // It may be open still, or again, for its reports.
      .andWhere(ended =>
        ended.whereNotNull('finished_at').orWhereNotNull('outcome'),
      )
      .first('run_id');
    return { runId: named?.run_id, earlierRuns: 0 };
  }
  const before = () =>
    wholeRuns(knex, { cluster, namespace }).andWhere(
      'run_verdicts.run_seq',
      '<',
      seeker.seq,
    );
  const name = ref.jobRef?.name ?? seeker.series;
  const scopes =
    ref.branch !== undefined
      ? [
          {
            'run_verdicts.source_name': seeker.sourceName,
            'run_verdicts.arena_file': seeker.arenaFile,
            'run_verdicts.ref': ref.branch,
          },
        ]
      : [
          { 'run_verdicts.series': name },
          // A job whose runs belong to another series: one that repeats another, or that a schedule created.
          {
            'runs.cluster': cluster,
            'runs.namespace': namespace,
            'runs.job_name': name,
          },
        ];
  let earlierRuns = 0;
  for (const scope of scopes) {
    const latest = await onlyUsable(before().andWhere(scope))
      .orderBy('run_verdicts.run_seq', 'desc')
      .first('runs.run_id');
    if (latest) return { runId: latest.run_id, earlierRuns: 0 };
    const all = await before().andWhere(scope).count({ count: '*' }).first();
    earlierRuns = Math.max(earlierRuns, Number(all?.count ?? 0));
  }
  return { earlierRuns };
}

/** Verdicts of runs of whole plans, with the runs. */
export function wholeRuns(
  knex: Knex,
  { cluster, namespace }: { cluster: string; namespace: string },
): Knex.QueryBuilder {
  return knex('run_verdicts')
    .join('runs', 'runs.seq', 'run_verdicts.run_seq')
    .where({
      'run_verdicts.cluster': cluster,
      'run_verdicts.namespace': namespace,
      'run_verdicts.whole': true,
    });
}

/** Those that others may be compared with. */
export function onlyUsable(query: Knex.QueryBuilder): Knex.QueryBuilder {
  return query.andWhere(usable =>
    usable
      .where('run_verdicts.phase', 'Succeeded')
      .orWhere(failed =>
        failed
          .where('run_verdicts.phase', 'Failed')
          .whereIn('run_verdicts.reason', ['TestsFailed', 'ThresholdViolated']),
      ),
  );
}
