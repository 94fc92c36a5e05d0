import {
  ArenaJobStatus,
  Condition,
  RunCounters,
} from '@backstage-arena/plugin-arena-common';
import { Observation, withConditions } from '../conditions';
import { JobWorld } from './JobWorld';

/** The status with a phase, and with what is observed about it. */
export function withPhase(
  world: JobWorld,
  phase: ArenaJobStatus['phase'],
  observations: Observation[],
): ArenaJobStatus {
  const { job, now } = world;
  const { generation } = job.metadata;
  const conditions: Condition[] = withConditions(
    job.status?.conditions,
    observations,
    { now, generation },
  );
  return {
    ...job.status,
    phase,
    observedGeneration: generation,
    conditions,
  };
}

/** An observation, in short. */
export function observe(
  type: string,
  status: Condition['status'],
  reason: string,
  message: string,
): Observation {
  return { type, status, reason, message };
}

/** `status.progress`: all four numbers, always. */
export function toProgress(counters: RunCounters) {
  return {
    total: counters.total,
    completed: counters.passed,
    failed: counters.failed + counters.errored,
    pending: counters.pending,
  };
}
