import { ArenaObject, Run } from '@backstage-arena/plugin-arena-common';
import { typeOf } from '../lib/jobs';

/** True for data generation: its items are attempts, and what counts are rows. */
export function isDataGeneration(
  job: ArenaObject | undefined,
  run: Run | undefined,
): boolean {
  if (run) return run.pins.dataset !== undefined;
  return job !== undefined && typeOf(job) === 'datagen';
}
