import { ArenaRunEvent } from '@backstage-arena/plugin-arena-common';

/** The end of a run of the job `nightly`, a success unless told otherwise. */
export function runEvent(
  overrides: Partial<ArenaRunEvent['run']> = {},
): ArenaRunEvent {
  const run: ArenaRunEvent['run'] = {
    id: 'run-1',
    url: `http://portal/arena/runs/${overrides.id ?? 'run-1'}`,
    cluster: 'embedded',
    namespace: 'default',
    jobName: 'nightly-1',
    jobUid: 'uid-1',
    series: 'nightly',
    type: 'evaluation',
    scheduled: false,
    phase: 'Succeeded',
    reason: 'JobSucceeded',
    message: '4 of 4 items passed',
    creator: 'user:default/jo',
    startedAt: '2026-11-23T00:00:00.000Z',
    finishedAt: '2026-11-23T00:01:00.000Z',
    ...overrides,
  };
  return {
    version: 1,
    id: `${run.id}.ended`,
    type: `run.${
      run.phase.toLowerCase() as 'succeeded' | 'failed' | 'cancelled'
    }`,
    time: run.finishedAt,
    run,
  };
}
