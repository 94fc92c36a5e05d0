import { createHash } from 'node:crypto';
import { ARENA_LABELS } from '@backstage-arena/plugin-arena-common';
import { WorkerPoolSpec } from '@backstage-arena/plugin-arena-node';

/** Names and label values may have so many characters. */
const MAX_LENGTH = 63;
const HASH_LENGTH = 8;

/** Told by all that the launcher creates; the informers see nothing else. */
export const MANAGED_BY = 'backstage-arena';
export const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';
export const RUN_LABEL = ARENA_LABELS.run;

/** What a pod is for. */
export type WorkerRole = 'work' | 'finalize';

/** Name of the Job (and, for `work`, of the run's Secret): always the same, so that it cannot be created twice. */
export function workerJobName(
  { jobName, jobUid }: Pick<WorkerPoolSpec, 'jobName' | 'jobUid'>,
  role: WorkerRole,
): string {
  const suffix = role === 'work' ? '-worker' : '-finalize';
  return shorten(jobName, MAX_LENGTH - suffix.length, jobUid) + suffix;
}

/** Labels of the Job and its pods, as users of the original know them. */
export function workerLabels(
  { jobName, runId, labels }: WorkerPoolSpec,
  role: WorkerRole,
): Record<string, string> {
  return {
    ...Object.fromEntries(
      Object.entries(labels).map(([key, value]) => [key, labelValue(value)]),
    ),
    'app.kubernetes.io/name': 'arena-worker',
    'app.kubernetes.io/instance': labelValue(jobName),
    'app.kubernetes.io/component': role === 'work' ? 'worker' : 'finalize',
    [MANAGED_BY_LABEL]: MANAGED_BY,
    [ARENA_LABELS.job]: labelValue(jobName),
    [RUN_LABEL]: labelValue(runId),
  };
}

/** The value itself where it can be a label, otherwise something like it that is the same each time. */
export function labelValue(value: string): string {
  const clean = value
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  return shorten(clean, MAX_LENGTH, value).replace(/[^A-Za-z0-9]+$/, '');
}

function shorten(text: string, max: number, identity: string): string {
  if (text.length <= max) return text;
  const hash = createHash('sha256').update(identity).digest('hex');
  const head = text
    .slice(0, max - HASH_LENGTH - 1)
    .replace(/[^A-Za-z0-9]+$/, '');
  return `${head}-${hash.slice(0, HASH_LENGTH)}`;
}
