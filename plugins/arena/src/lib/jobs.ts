import {
  ArenaObject,
  arenaObjectResourceRef,
  Condition,
  Run,
} from '@backstage-arena/plugin-arena-common';
import { JobAddress } from '../shell';

/** Phases of a job, in the order of its life. */
export const JOB_PHASES = [
  'Pending',
  'Running',
  'Succeeded',
  'Failed',
  'Cancelled',
] as const;

/** @see JOB_PHASES */
export type JobPhase = (typeof JOB_PHASES)[number];

/** Types of jobs. */
export const JOB_TYPES = ['evaluation', 'loadtest', 'datagen'] as const;

/** A job that the controller has not seen yet is waiting like any other. */
export function phaseOf(job: ArenaObject): JobPhase {
  const phase = JOB_PHASES.find(one => one === job.status?.phase);
  return phase ?? 'Pending';
}

/** True for a job that is run by its schedule alone. */
export function isScheduled(job: ArenaObject): boolean {
  return Boolean(job.spec.schedule);
}

/** True when nothing will happen to the job any more. */
export function isFinished(job: ArenaObject): boolean {
  // Its phase is that of its latest run.
  if (isScheduled(job)) return job.spec.cancelled === true;
  return ['Succeeded', 'Failed', 'Cancelled'].includes(phaseOf(job));
}

/** Type of a job; the default of the API is `evaluation`. */
export function typeOf(job: ArenaObject): string {
  return typeof job.spec.type === 'string' ? job.spec.type : 'evaluation';
}

/** True for load tests: their items are conversations that are counted, not kept. */
export function isLoadTest(
  job: ArenaObject | undefined,
  run: Run | undefined,
): boolean {
  if (run) return run.pins.load !== undefined;
  return job !== undefined && typeOf(job) === 'loadtest';
}

/** Name of the source that a job references. */
export function sourceOf(job: ArenaObject): string {
  const ref = job.spec.sourceRef;
  return typeof ref === 'object' &&
    ref !== null &&
    !Array.isArray(ref) &&
    typeof ref.name === 'string'
    ? ref.name
    : '';
}

/** The run that the status of a job is about. */
export function runIdOf(job: ArenaObject): string | undefined {
  const run = job.status?.run;
  return typeof run === 'object' &&
    run !== null &&
    !Array.isArray(run) &&
    typeof run.id === 'string'
    ? run.id
    : undefined;
}

/** An entry of `status.result.summary`. */
export function summaryText(job: ArenaObject, key: string): string | undefined {
  const { summary } = Object(job.status?.result);
  const value: unknown = Object(summary)[key];
  return typeof value === 'string' ? value : undefined;
}

/** Conditions of any object of the API. */
export function conditionsOf(object: ArenaObject): Condition[] {
  const conditions = object.status?.conditions;
  return Array.isArray(conditions)
    ? (conditions as unknown[]).filter(isCondition)
    : [];
}

function isCondition(value: unknown): value is Condition {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'type') === 'string' &&
    typeof Reflect.get(value, 'status') === 'string'
  );
}

/** A text of the status, such as `startTime`. */
export function statusText(
  object: ArenaObject,
  key: string,
): string | undefined {
  const value = object.status?.[key];
  return typeof value === 'string' ? value : undefined;
}

/** A number of the status, such as `activeWorkers`. */
export function statusNumber(
  object: ArenaObject,
  key: string,
): number | undefined {
  const value = object.status?.[key];
  return typeof value === 'number' ? value : undefined;
}

/** Where a job lives. */
export function addressOf(job: ArenaObject, cluster: string): JobAddress {
  return {
    cluster,
    namespace: job.metadata.namespace,
    name: job.metadata.name,
  };
}

/** How the permission framework names a job. */
export function jobResourceRef(address: JobAddress): string {
  const { cluster, namespace, name } = address;
  return arenaObjectResourceRef({ kind: 'ArenaJob', cluster, namespace, name });
}
