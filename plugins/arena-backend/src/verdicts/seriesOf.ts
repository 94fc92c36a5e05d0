import {
  ARENA_ANNOTATIONS,
  ArenaJob,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { parentOf } from '../schedules/childJob';
import { RunRow } from '../runs/tables';
import { RunVerdictRow } from './tables';

/**
 * Name of the series that the runs of a job belong to: that of the job whose schedule created it, of the run that it repeats, or its
 * own. A job that is deleted and created again goes on with its series.
 */
export async function seriesOf(
  knex: Knex,
  cluster: string,
  { metadata }: Pick<ArenaJob, 'metadata'>,
): Promise<string> {
  const parent = parentOf({ metadata });
  if (parent) return parent.name;
  const repeated = metadata.annotations?.[ARENA_ANNOTATIONS.rerunOf];
  if (repeated === undefined) return metadata.name;
  const row:
    | (Pick<RunRow, 'job_name' | 'series'> & { judged: string | null })
    | undefined = await knex('runs')
    .leftJoin<RunVerdictRow>('run_verdicts', 'runs.seq', 'run_verdicts.run_seq')
    .where({
      run_id: repeated,
      'runs.cluster': cluster,
      'runs.namespace': metadata.namespace,
    })
    .first('job_name', 'runs.series', 'run_verdicts.series as judged');
  return row?.series ?? row?.judged ?? row?.job_name ?? metadata.name;
}
