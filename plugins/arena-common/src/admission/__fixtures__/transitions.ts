import { JsonObject } from '@backstage/types';

/** An edit of the spec of an ArenaJob. The source is that of {@link jobOf}. */
export interface Transition {
  title: string;
  before: JsonObject;
  /** What the controller has written when the edit comes. */
  status?: JsonObject;
  after: JsonObject;
  /** Every fault that must be told; none: the edit is accepted. */
  faults: string[];
}

const STARTED = { phase: 'Running', run: { id: 'r1', attempt: 1 } };
const OVER = { phase: 'Failed', run: { id: 'r1', attempt: 1 } };

const BEFORE: JsonObject = {
  type: 'evaluation',
  trials: 2,
  providers: { default: [{ providerRef: { name: 'gpt' } }] },
};

function refusal(field: string): string {
  return `spec.${field}: Forbidden: cannot be changed once the job has a run; create another ArenaJob to run something else`;
}

function whileRunning(
  title: string,
  change: JsonObject,
  faults: string[] = [],
): Transition {
  return {
    title,
    before: BEFORE,
    status: STARTED,
    after: { ...BEFORE, ...change },
    faults,
  };
}

const { trials: _trials, ...WITHOUT_TRIALS } = BEFORE;
const { providers: _providers, ...WITHOUT_PROVIDERS } = BEFORE;

const REFUSED_WHILE_RUNNING: Array<[string, JsonObject]> = [
  ['sourceRef', { sourceRef: { name: 'other' } }],
  ['sourceRef', { sourceRef: { name: 'bundle', kind: 'ArenaConfig' } }],
  ['arenaFile', { arenaFile: 'other.yaml' }],
  ['scenarios', { scenarios: { include: ['a*'] } }],
  ['evaluation', { evaluation: { gate: { minPassRate: 50 } } }],
  ['trials', { trials: 3 }],
  ['workers.podOverrides', { workers: { podOverrides: { labels: {} } } }],
  ['providers', { providers: { default: [{ agentRef: { name: 'a' } }] } }],
  ['toolRegistries', { toolRegistries: [{ name: 'tools' }] }],
  ['output', { output: { type: 's3', s3: { bucket: 'b' } } }],
  ['compat', { compat: true }],
];

/** Edits of jobs, by what they change and when. */
export const TRANSITIONS: Transition[] = [
  ...REFUSED_WHILE_RUNNING.map(([field, change]) =>
    whileRunning(`changes ${field} of a running job`, change, [refusal(field)]),
  ),
  {
    title: 'takes trials from a running job',
    before: BEFORE,
    status: STARTED,
    after: WITHOUT_TRIALS,
    faults: [refusal('trials')],
  },
  {
    title: 'takes providers from a running job',
    before: BEFORE,
    status: STARTED,
    after: WITHOUT_PROVIDERS,
    faults: [refusal('providers')],
  },
  whileRunning(
    'makes another type of a running job',
    { type: 'loadtest', loadTest: {} },
    [refusal('type'), refusal('loadTest')],
  ),
  whileRunning(
    'gives a running job a schedule',
    { schedule: { cron: '@daily' } },
    [
      'spec.schedule: Forbidden: cannot be added to a job that has a run; create another ArenaJob with the schedule',
    ],
  ),
  whileRunning('changes nothing', {}),
  whileRunning('writes defaults out', { arenaFile: 'config.arena.yaml' }),
  whileRunning('cancels a running job', { cancelled: true }),
  whileRunning('makes workers talk', { verbose: true }),
  whileRunning('sets a TTL', { ttlSecondsAfterFinished: 60 }),
  whileRunning('scales', { workers: { replicas: 4, maxReplicas: 8 } }),
  {
    title: 'changes a job whose run is over',
    before: BEFORE,
    status: OVER,
    after: { ...BEFORE, trials: 3 },
    faults: [refusal('trials')],
  },
  {
    title: 'changes a job that waits for its run',
    before: BEFORE,
    status: { phase: 'Pending' },
    after: { ...BEFORE, trials: 3 },
    faults: [],
  },
  {
    title: 'changes a job that nobody has looked at yet',
    before: BEFORE,
    after: { ...BEFORE, trials: 3 },
    faults: [],
  },
  {
    title: 'changes the template of a schedule, which is for runs to come',
    before: { ...BEFORE, schedule: { cron: '@daily' } },
    status: STARTED,
    after: { ...BEFORE, trials: 3, schedule: { cron: '@weekly' } },
    faults: [],
  },
  {
    title: 'takes the schedule from a job',
    before: { ...BEFORE, schedule: { cron: '@daily' } },
    after: BEFORE,
    faults: [
      'spec.schedule: Forbidden: cannot be removed from a job that has one: set suspend, or delete the job',
    ],
  },
  {
    title: 'takes a cancellation back',
    before: { cancelled: true },
    after: { cancelled: false },
    faults: [
      'spec.cancelled: Invalid value: false: a cancelled job stays cancelled',
    ],
  },
  {
    title: 'forgets a cancellation',
    before: { cancelled: true },
    after: {},
    faults: [
      'spec.cancelled: Invalid value: false: a cancelled job stays cancelled',
    ],
  },
];
