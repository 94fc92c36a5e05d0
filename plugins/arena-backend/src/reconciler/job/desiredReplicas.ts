import { ArenaJobSpec } from '@backstage-arena/plugin-arena-common';
import { RunHead } from '../../runs/RunStore';

/** A worker more is worth starting when it will find this many rounds of work for itself. */
const ROUNDS_PER_WORKER = 4;

/**
 * How many workers a run should have now.
 *
 * Without bounds it is `replicas`. With bounds it starts at the minimum (or at `replicas` beside it), grows as long as the backlog
 * would keep more workers busy, and shrinks only when less than half of the workers are needed, so that it does not
 * swing. Never more workers than there are items left: they could only wait.
 */
export function desiredReplicas(options: {
  workers: ArenaJobSpec['workers'];
  run: Pick<RunHead, 'state' | 'backlog' | 'leased'>;
  concurrency: number;
  /** How many there are now; 0 at the start. */
  current: number;
}): number {
  const { workers, run, concurrency, current } = options;
  if (run.state === 'Closed') return 0;
  // Reports are written by one worker.
  if (run.state === 'Finalizing') return 1;
  const unfinished = Math.max(run.backlog + run.leased, 1);
  const useful = Math.ceil(unfinished / (concurrency * ROUNDS_PER_WORKER));
  return Math.min(
    withinBounds(workers, useful, current),
    // Those that are there stay while the last items are worked on.
    Math.max(current, unfinished),
  );
}

function withinBounds(
  workers: ArenaJobSpec['workers'],
  useful: number,
  current: number,
): number {
  const replicas = workers?.replicas ?? 1;
  const min = workers?.minReplicas;
  const max = workers?.maxReplicas;
  if (min === undefined && max === undefined) return replicas;
  const low = min ?? 1;
  const high = mostReplicas(workers);
  const clamp = (value: number) => Math.min(Math.max(value, low), high);
  // Admission fills in 1 for `replicas`, which the minimum lifts.
  if (current === 0) return clamp(replicas);
  const wanted = clamp(useful);
  if (wanted > current || wanted * 2 < current) return wanted;
  return clamp(current);
}

/** How many workers a run has at first, if it is large enough. */
export function firstReplicas(workers: ArenaJobSpec['workers']): number {
  return desiredReplicas({
    workers,
    run: { state: 'Running', backlog: Infinity, leased: 0 },
    concurrency: 1,
    current: 0,
  });
}

/** The number of workers that a run never exceeds. */
export function mostReplicas(workers: ArenaJobSpec['workers']): number {
  return (
    workers?.maxReplicas ??
    Math.max(workers?.minReplicas ?? 1, workers?.replicas ?? 1)
  );
}
