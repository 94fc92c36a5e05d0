import {
  conditions,
  count,
  group,
  int32,
  mapOf,
  observedGeneration,
  oneOf,
  text,
  timestamp,
} from '../fields';

/** @public */
export const ARENA_JOB_PHASES = [
  'Pending',
  'Running',
  'Succeeded',
  'Failed',
  'Cancelled',
] as const;

/** @public */
export const arenaJobStatusSchema = group('What was observed of the job.', {
  phase: oneOf(ARENA_JOB_PHASES, 'Where the job is in its life.').optional(),
  observedGeneration: observedGeneration().optional(),
  progress: group(
    'Work items of the run: total = completed + failed + pending.',
    {
      total: count('All work items.'),
      completed: count('Items that passed.'),
      failed: count('Items that failed or could not be run.'),
      pending: count('Items without a result.'),
    },
  ).optional(),
  result: group('Summary of a finished run.', {
    url: text('Portal page of the run.', { max: 2048 }).optional(),
    summary: mapOf(
      text('Value of the metric.', { min: 0, max: 65536 }),
      'Aggregated metrics, each as text.',
      { max: 128 },
    ).optional(),
  }).optional(),
  run: group('The run that the status is about.', {
    id: text('Id of the run.', { max: 128 }),
    attempt: int32('Counts the runs of the job, from 1.', { min: 1 }),
  }).optional(),
  conditions: conditions().optional(),
  startTime: timestamp('When the job started.').optional(),
  completionTime: timestamp('When the job completed.').optional(),
  lastScheduleTime: timestamp('When the schedule last fired.').optional(),
  nextScheduleTime: timestamp('When the schedule fires next.').optional(),
  activeWorkers: count('Workers that run now.').optional(),
});
