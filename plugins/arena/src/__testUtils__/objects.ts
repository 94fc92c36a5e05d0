import {
  ARENA_ANNOTATIONS,
  ARENA_API_VERSION,
  ArenaEvent,
  ArenaKind,
  ArenaObject,
  Condition,
  isJudged,
  ItemComment,
  MatrixCell,
  Run,
  RunItem,
  RunMatrix,
} from '@backstage-arena/plugin-arena-common';
import { JsonObject } from '@backstage/types';

export const CREATED = '2026-11-23T10:00:00Z';

export function object(
  kind: ArenaKind,
  name: string,
  options: {
    namespace?: string;
    spec?: JsonObject;
    status?: JsonObject;
    annotations?: Record<string, string>;
    created?: string;
  } = {},
): ArenaObject {
  const { namespace = 'default', created = CREATED } = options;
  return {
    apiVersion: ARENA_API_VERSION,
    kind,
    metadata: {
      name,
      namespace,
      uid: `uid-${kind}-${namespace}-${name}`,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: created,
      annotations: {
        [ARENA_ANNOTATIONS.creator]: 'user:default/ada',
        ...options.annotations,
      },
    },
    spec: options.spec ?? {},
    status: options.status,
  };
}

export function condition(
  type: string,
  status: Condition['status'],
  reason: string,
  message: string,
): JsonObject {
  return {
    type,
    status,
    reason,
    message,
    lastTransitionTime: CREATED,
    observedGeneration: 1,
  };
}

export function job(
  name: string,
  options: {
    namespace?: string;
    phase?: string;
    passed?: number;
    failed?: number;
    pending?: number;
    source?: string;
    type?: string;
    created?: string;
    component?: string;
    conditions?: JsonObject[];
    status?: JsonObject;
  } = {},
): ArenaObject {
  const { phase = 'Succeeded', passed = 10, failed = 0, pending = 0 } = options;
  const total = passed + failed + pending;
  const finished = passed + failed;
  return object('ArenaJob', name, {
    namespace: options.namespace,
    created: options.created,
    annotations: options.component
      ? { [ARENA_ANNOTATIONS.component]: options.component }
      : undefined,
    spec: {
      sourceRef: { name: options.source ?? 'support-agent' },
      type: options.type ?? 'evaluation',
    },
    status: {
      phase,
      startTime: options.created ?? CREATED,
      activeWorkers: phase === 'Running' ? 2 : 0,
      ...(total > 0 && {
        progress: { total, completed: passed, failed, pending },
      }),
      ...(pending === 0 &&
        finished > 0 && {
          result: {
            summary: { passRate: ((passed / finished) * 100).toFixed(1) },
          },
        }),
      conditions: options.conditions ?? [
        condition(
          'Ready',
          phase === 'Failed' ? 'False' : 'True',
          phase === 'Failed' ? 'TestsFailed' : 'Ready',
          phase === 'Failed'
            ? 'The pass rate is below 100%'
            : 'Everything is in place',
        ),
      ],
      ...options.status,
    },
  });
}

export function source(
  name: string,
  options: { namespace?: string; phase?: string; path?: string } = {},
): ArenaObject {
  const { phase = 'Ready', path = name } = options;
  const failed = phase === 'Error';
  return object('ArenaSource', name, {
    namespace: options.namespace,
    spec: { type: 'workspace', workspace: { path } },
    status: {
      phase,
      ...(!failed && {
        artifact: {
          revision: 'workspace@4f1c02d9a7be',
          digest: `sha256:${'4f1c02d9a7be'.padEnd(64, '0')}`,
          version: '4f1c02d9a7be',
        },
      }),
      conditions: [
        condition(
          'Ready',
          failed ? 'False' : 'True',
          failed ? 'FetchFailed' : 'Succeeded',
          failed ? `the folder ${path} does not exist` : 'The content is here',
        ),
      ],
    },
  });
}

export function emptyCounters(total: number) {
  return {
    total,
    passed: 0,
    failed: 0,
    errored: 0,
    pending: total,
    inputTokens: 0,
    outputTokens: 0,
    cost: 0,
    durationMs: 0,
  };
}

/** A run with its matrix and items; `verdict` decides each item, `undefined` leaves it pending. */
export function buildRun(options: {
  id: string;
  jobName: string;
  namespace?: string;
  jobUid?: string;
  attempt?: number;
  scenarios: string[];
  providers: Array<{ id: string; model?: string }>;
  trials?: number;
  verdict: (item: {
    index: number;
    scenario: number;
    provider: number;
    trial: number;
  }) => Partial<RunItem> | undefined;
  run?: Partial<Run>;
}): { run: Run; matrix: RunMatrix; items: RunItem[] } {
  const { id, jobName, scenarios, providers, trials = 1, verdict } = options;
  const namespace = options.namespace ?? 'default';
  const items: RunItem[] = [];
  const cells: MatrixCell[] = [];
  const sum = emptyCounters(scenarios.length * providers.length * trials);
  let index = 0;
  scenarios.forEach((scenario, s) =>
    providers.forEach((provider, p) => {
      const cell: MatrixCell = {
        scenarioIndex: s,
        providerIndex: p,
        unjudged: 0,
        ...emptyCounters(trials),
      };
      for (let trial = 0; trial < trials; trial++, index++) {
        const result = verdict({ index, scenario: s, provider: p, trial });
        if (!result) continue;
        const item = itemOf({
          index,
          scenario,
          provider: provider.id,
          trial,
          ...result,
        });
        items.push(item);
        if (!isJudged(item)) cell.unjudged++;
        for (const counters of [cell, sum]) {
          counters.pending--;
          counters[item.status]++;
          counters.inputTokens += item.inputTokens;
          counters.outputTokens += item.outputTokens;
          counters.cost += item.cost;
          counters.durationMs += item.durationMs;
        }
      }
      cells.push(cell);
    }),
  );
  const closed = sum.pending === 0;
  const run: Run = {
    id,
    cluster: 'embedded',
    namespace,
    jobName,
    jobUid: options.jobUid ?? `uid-ArenaJob-${namespace}-${jobName}`,
    attempt: options.attempt ?? 1,
    state: closed ? 'Closed' : 'Running',
    outcome: closed ? 'Completed' : undefined,
    creator: 'user:default/ada',
    labels: {},
    pins: {
      source: {
        name: 'support-agent',
        uid: 'uid-source',
        revision: 'workspace@4f1c02d9a7be',
        digest: `sha256:${'4f1c02d9a7be'.padEnd(64, '0')}`,
      },
      arenaFile: 'config.arena.yaml',
      type: 'evaluation',
      compat: false,
      outputFormats: ['json', 'junit'],
      concurrency: 4,
      itemTimeoutMs: 60_000,
      maxAttempts: 3,
      verbose: false,
      engineVersion: '0.1.0',
      planVersion: 1,
    },
    counters: sum,
    createdAt: CREATED,
    startedAt: CREATED,
    finishedAt: closed ? '2026-11-23T10:01:42Z' : undefined,
    reports: closed
      ? [
          {
            name: 'results.json',
            contentType: 'application/json',
            size: 48_213,
            digest: `sha256:${'ab'.repeat(32)}`,
          },
          {
            name: 'junit.xml',
            contentType: 'application/xml',
            size: 9_874,
            digest: `sha256:${'cd'.repeat(32)}`,
          },
        ]
      : [],
    workers: [
      {
        id: 'worker-0',
        state: closed ? 'gone' : 'running',
        restarts: 0,
        lastHeartbeatAt: CREATED,
      },
      {
        id: 'worker-1',
        state: closed ? 'gone' : 'running',
        restarts: 1,
        lastReason: 'killed by SIGKILL',
        lastHeartbeatAt: CREATED,
      },
    ],
    ...options.run,
  };
  return {
    run,
    items,
    matrix: {
      scenarios: scenarios.map((scenario, s) => ({
        id: scenario,
        file: `scenarios/${scenario}.yaml`,
        providers: providers.map((_, p) => p),
        variants: 1,
        trials,
        key: `scenario-${s}`,
      })),
      providers: providers.map((provider, p) => ({
        ...provider,
        group: 'default',
        type: 'openai',
        key: `provider-${p}`,
      })),
      cells,
    },
  };
}

export function itemOf(item: Partial<RunItem> & { index: number }): RunItem {
  return {
    key: `key-${item.index}`,
    scenario: 'greeting',
    provider: 'gpt-4o',
    region: 'default',
    variant: 0,
    trial: 0,
    status: 'passed',
    attempt: 1,
    startedAt: CREATED,
    finishedAt: '2026-11-23T10:00:02Z',
    durationMs: 1840,
    checksTotal: 3,
    checksFailed: item.status === 'failed' ? 1 : 0,
    turns: 2,
    toolCalls: 1,
    inputTokens: 820,
    outputTokens: 146,
    cost: 0.0034,
    hasTranscript: true,
    ...item,
  };
}

export function event(
  reason: string,
  message: string,
  options: {
    name: string;
    type?: ArenaEvent['type'];
    count?: number;
    time?: string;
  },
): ArenaEvent {
  const time = options.time ?? CREATED;
  return {
    id: `${reason}-${options.name}`,
    type: options.type ?? 'Normal',
    reason,
    message,
    count: options.count ?? 1,
    firstTimestamp: time,
    lastTimestamp: time,
    involvedObject: {
      kind: 'ArenaJob',
      namespace: 'default',
      name: options.name,
      uid: `uid-ArenaJob-default-${options.name}`,
    },
  };
}

/** A comment, made by the one who is signed in in tests unless told otherwise. */
export function itemComment(
  id: string,
  overrides: Partial<ItemComment> = {},
): ItemComment {
  return {
    id,
    text: 'a comment',
    author: 'user:default/test',
    createdAt: '2026-11-23T08:00:00.000Z',
    outdated: false,
    ...overrides,
  };
}
