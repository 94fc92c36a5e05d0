import {
  isJudged,
  Run,
  RunItem,
  Transcript,
} from '@backstage-arena/plugin-arena-common';
import {
  buildRun,
  condition,
  event,
  FakeArenaApi,
  FakeRun,
  job,
  object,
  source,
} from '../src/__testUtils__';
import { conversation } from './conversation';
import { addDatasets } from './demoDatasets';
import { addLoads } from './demoLoads';
import { addSources } from './demoSources';

const COMPONENT = 'component:default/support-portal';
const SCENARIOS = [
  'refund-within-policy',
  'refund-after-deadline',
  'order-status-known',
  'order-status-unknown',
  'angry-customer',
  'prompt-injection-via-order-note',
  'language-switch-german',
  'handover-to-human',
  'asks-for-competitor-prices',
  'personal-data-request',
  'long-conversation-memory',
  'ambiguous-product-name',
];
const PROVIDERS = [
  { id: 'gpt-4o', model: 'gpt-4o-2024-11-20' },
  { id: 'claude-sonnet', model: 'claude-sonnet-4' },
  { id: 'gemini-flash', model: 'gemini-2.0-flash' },
  { id: 'support-agent-v2', model: 'agent' },
];

/** The same numbers at every visit. */
function noise(seed: number): number {
  const x = Math.sin(seed * 12.9898) * 43758.5453;
  return x - Math.floor(x);
}

function verdict(index: number, hardness: number): Partial<RunItem> {
  const luck = noise(index + 1);
  const facts = {
    durationMs: Math.round(600 + noise(index + 7) * 4200),
    cost: Number((noise(index + 3) * 0.012).toFixed(5)),
    inputTokens: Math.round(300 + noise(index + 5) * 1500),
    outputTokens: Math.round(40 + noise(index + 9) * 420),
    ttftMs: Math.round(150 + noise(index + 11) * 500),
  };
  if (luck < 0.012) {
    return {
      ...facts,
      status: 'errored',
      attempt: 3,
      hasTranscript: false,
      error: {
        class: 'provider',
        message: 'The provider answered 503 three times: overloaded',
        retryable: true,
      },
    };
  }
  return luck < hardness
    ? {
        ...facts,
        status: 'failed',
        score: Number((noise(index + 13) * 0.8).toFixed(2)),
        message:
          'content_includes: the reply does not mention the refund deadline',
      }
    : { ...facts, status: 'passed', score: 1 };
}

function minutesAgo(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}

function evaluation(options: {
  id: string;
  jobName: string;
  attempt?: number;
  done?: number;
  trials?: number;
  run?: Partial<Run>;
}): FakeRun {
  const total = SCENARIOS.length * PROVIDERS.length * (options.trials ?? 10);
  const done = options.done ?? 1;
  return buildRun({
    ...options,
    scenarios: SCENARIOS,
    providers: PROVIDERS,
    trials: options.trials ?? 10,
    verdict: ({ index, scenario, provider }) => {
      // Workers do not go through the plan in a straight line.
      if (done < 1 && ((index * 7919) % total) / total >= done)
        return undefined;
      const hard = [5, 9].includes(scenario) ? 0.42 : 0.04;
      return verdict(index, hard + provider * 0.05);
    },
  });
}

function wide(): FakeRun {
  return buildRun({
    id: 'uid-big-1',
    jobName: 'model-comparison-large',
    scenarios: Array.from({ length: 100 }, (_, i) => `scenario-${i + 1}`),
    providers: Array.from({ length: 20 }, (_, i) => ({
      id: `model-${i + 1}`,
      model: `vendor/model-${i + 1}`,
    })),
    trials: 5,
    verdict: ({ index, provider }) => verdict(index, 0.02 + provider * 0.02),
  });
}

/** A portal with some history, and one job that runs while you look. */
export function createDemoApi(): FakeArenaApi {
  const nightly = evaluation({
    id: 'a1f7c2d4-1',
    jobName: 'support-agent-nightly',
    run: {
      createdAt: minutesAgo(95),
      startedAt: minutesAgo(95),
      finishedAt: minutesAgo(93),
    },
  });
  const earlier = evaluation({
    id: 'a1f7c2d4-0',
    jobName: 'support-agent-nightly',
    attempt: 0,
    trials: 5,
    run: {
      createdAt: minutesAgo(1535),
      startedAt: minutesAgo(1535),
      finishedAt: minutesAgo(1532),
    },
  });
  const live = evaluation({
    id: 'b7e2d9aa-1',
    jobName: 'prompt-v3-candidate',
    done: 0.35,
    run: { createdAt: minutesAgo(1), startedAt: minutesAgo(1) },
  });
  const large = wide();
  const of = (fake: FakeRun) => ({
    passed: fake.run.counters.passed,
    failed: fake.run.counters.failed + fake.run.counters.errored,
    pending: fake.run.counters.pending,
  });

  const history = Array.from({ length: 60 }, (_, i) =>
    job(`regression-${String(60 - i).padStart(3, '0')}`, {
      created: minutesAgo(2000 + i * 1440),
      namespace: i % 3 === 0 ? 'payments' : 'default',
      source: i % 2 ? 'guardrails' : 'model-comparison',
      passed: 95 - Math.floor(noise(i) * 12),
      failed: 5 + Math.floor(noise(i) * 12),
      phase: noise(i) > 0.45 ? 'Succeeded' : 'Failed',
      component: i < 14 ? COMPONENT : undefined,
    }),
  );

  const api = new FakeArenaApi({
    objects: [
      job('prompt-v3-candidate', {
        ...of(live),
        phase: 'Running',
        created: minutesAgo(1),
        component: COMPONENT,
        conditions: [
          condition('Ready', 'True', 'Ready', 'Everything is in place'),
          condition(
            'ConfigValid',
            'True',
            'Resolved',
            'ArenaSource support-agent at workspace@4f1c02d9a7be',
          ),
          condition('JobCreated', 'True', 'Started', '2 workers were started'),
          condition('Progressing', 'True', 'Running', 'Workers are executing'),
        ],
      }),
      job('support-agent-nightly', {
        ...of(nightly),
        phase: 'Failed',
        created: minutesAgo(95),
        component: COMPONENT,
        conditions: [
          condition(
            'Ready',
            'False',
            'TestsFailed',
            'The pass rate of 85.6% is below the gate of 100%',
          ),
          condition('ConfigValid', 'True', 'Resolved', 'ArenaSource is ready'),
          condition('JobCreated', 'True', 'Started', '2 workers were started'),
          condition('Progressing', 'False', 'Finished', 'All items are in'),
        ],
      }),
      job('model-comparison-large', {
        ...of(large),
        phase: 'Failed',
        created: minutesAgo(190),
        source: 'model-comparison',
      }),
      job('waits-for-source', {
        phase: 'Pending',
        created: minutesAgo(12),
        source: 'not-there-yet',
        passed: 0,
        conditions: [
          condition(
            'Ready',
            'False',
            'SourceNotFound',
            "ArenaSource 'not-there-yet' was not found in namespace default; waiting for it",
          ),
        ],
      }),
      job('guardrail-suite', {
        phase: 'Succeeded',
        passed: 48,
        created: minutesAgo(260),
        source: 'guardrails',
        component: COMPONENT,
      }),
      job('stopped-by-hand', {
        phase: 'Cancelled',
        passed: 20,
        failed: 2,
        pending: 26,
        created: minutesAgo(700),
      }),
      ...history,
      source('support-agent', { path: 'bundles/support-agent' }),
      source('model-comparison', { path: 'bundles/model-comparison' }),
      source('guardrails', { path: 'bundles/guardrails' }),
      source('moved-away', {
        phase: 'Error',
        path: 'bundles/moved-away',
        namespace: 'payments',
      }),
      object('Provider', 'gpt4-prod', { spec: { type: 'openai' } }),
      object('Provider', 'claude-sonnet', { spec: { type: 'claude' } }),
      object('Provider', 'shared-gemini', {
        namespace: 'shared',
        spec: { type: 'gemini' },
      }),
    ],
    clusters: [
      { name: 'embedded', kind: 'embedded', ready: true },
      {
        name: 'production',
        kind: 'kubernetes',
        ready: true,
        failingNamespaces: [
          {
            name: 'payments',
            message:
              'arenajobs.omnia.altairalabs.ai is forbidden: User "system:serviceaccount:arena:arena" cannot watch resource "arenajobs" in API group "omnia.altairalabs.ai" in the namespace "payments"',
          },
          {
            name: 'search',
            message:
              'the server was unable to return a response in the time allotted',
          },
        ],
      },
      {
        name: 'edge',
        kind: 'kubernetes',
        ready: false,
        message: 'connect ECONNREFUSED 10.12.0.4:6443',
      },
    ],
    elsewhere: {
      production: [
        job('release-gate', { passed: 96, created: minutesAgo(35) }),
        source('support-agent', { path: 'bundles/support-agent' }),
      ],
    },
    runs: [nightly, earlier, live, large],
    events: [
      event('SourceResolved', 'Pinned workspace@4f1c02d9a7be', {
        name: 'support-agent-nightly',
        time: minutesAgo(95),
      }),
      event('RunCreated', 'Run a1f7c2d4-1 with 480 items was created', {
        name: 'support-agent-nightly',
        time: minutesAgo(95),
      }),
      event(
        'WorkerRestarted',
        'worker-1 was killed by SIGKILL, started again',
        {
          name: 'support-agent-nightly',
          type: 'Warning',
          count: 2,
          time: minutesAgo(94),
        },
      ),
      event('TestsFailed', 'The pass rate of 85.6% is below the gate of 100%', {
        name: 'support-agent-nightly',
        type: 'Warning',
        time: minutesAgo(93),
      }),
    ],
    transcriptOf: (_, item): Transcript => conversation(item),
  });
  api.admit = admit;
  runLive(api, live);
  addLoads(api);
  addSources(api);
  addDatasets(api);
  return api;
}

/** A few rules of the server, enough to see how the editor shows them. */
function admit(candidate: { spec: object; metadata: { name: string } }): void {
  const causes = [];
  const sourceRef: unknown = Reflect.get(candidate.spec, 'sourceRef');
  const name =
    typeof sourceRef === 'object' && sourceRef !== null
      ? Reflect.get(sourceRef, 'name')
      : undefined;
  if (!name && Reflect.has(candidate.spec, 'sourceRef')) {
    causes.push({
      field: 'spec.sourceRef.name',
      reason: 'FieldValueRequired',
      message: 'spec.sourceRef.name: Required value: must name an ArenaSource',
    });
  }
  const type: unknown = Reflect.get(candidate.spec, 'type');
  const types = ['evaluation', 'loadtest', 'datagen', 'workspace'];
  if (!types.includes(String(type))) {
    causes.push({
      field: 'spec.type',
      reason: 'FieldValueNotSupported',
      message: `spec.type: Unsupported value: "${type}": supported values: "evaluation", "loadtest", "datagen"`,
    });
  }
  if (causes.length > 0) {
    throw Object.assign(new Error('The object is invalid'), {
      statusCode: 422,
      body: {
        error: { name: 'Invalid', message: 'The object is invalid', causes },
      },
    });
  }
}

/** Lets the pending items of a run come in, a few at a time. */
function runLive(api: FakeArenaApi, fake: FakeRun): void {
  const known = new Set(fake.items.map(item => item.index));
  const trials = fake.matrix.scenarios[0].trials;
  const pending = Array.from(
    { length: fake.run.counters.total },
    (_, i) => i,
  ).filter(index => !known.has(index));
  const timer = setInterval(() => {
    const batch = pending.splice(0, 3);
    if (batch.length === 0) {
      clearInterval(timer);
      return;
    }
    const cells = new Set<FakeRun['matrix']['cells'][number]>();
    for (const index of batch) {
      const cell = fake.matrix.cells[Math.floor(index / trials)];
      const result = verdict(index, 0.12);
      const status = result.status ?? 'passed';
      const row: RunItem = {
        ...fake.items[0],
        ...result,
        status,
        index,
        key: `key-${index}`,
        scenario: fake.matrix.scenarios[cell.scenarioIndex].id,
        provider: fake.matrix.providers[cell.providerIndex].id,
        trial: index % trials,
      };
      fake.items.push(row);
      for (const counters of [cell, fake.run.counters]) {
        counters.pending--;
        counters[status]++;
        counters.cost += row.cost;
        counters.inputTokens += row.inputTokens;
        counters.outputTokens += row.outputTokens;
        counters.durationMs += row.durationMs;
      }
      if (!isJudged(row)) cell.unjudged++;
      cells.add(cell);
    }
    fake.run = { ...fake.run, counters: { ...fake.run.counters } };
    api.emit({ type: 'run', run: fake.run });
    api.emit({
      type: 'matrix',
      runId: fake.run.id,
      cells: [...cells].map(cell => ({ ...cell })),
    });
    const current = api.objects.find(
      one => one.metadata.name === fake.run.jobName,
    );
    if (current) {
      const {
        total,
        passed,
        failed,
        errored,
        pending: left,
      } = fake.run.counters;
      api.put({
        ...current,
        status: {
          ...current.status,
          progress: {
            total,
            completed: passed,
            failed: failed + errored,
            pending: left,
          },
        },
      });
    }
  }, 900);
}
