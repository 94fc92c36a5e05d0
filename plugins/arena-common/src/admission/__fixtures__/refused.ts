import { ARENA_API_VERSION, ARENA_KINDS } from '../../resources/meta';

/** An object of a kind with this spec. */
export function objectOf(kind: string, spec: unknown, name = 'x') {
  const names = ARENA_KINDS.find(candidate => candidate.kind === kind);
  const apiVersion = names ? `${names.group}/v1alpha1` : ARENA_API_VERSION;
  return { apiVersion, kind, metadata: { name }, spec };
}

/** An ArenaJob with these fields beside its source. */
export function jobOf(spec: object) {
  return objectOf('ArenaJob', { sourceRef: { name: 'bundle' }, ...spec });
}

/** What must be refused: what is wrong with it in words, the object, and every fault that must be told. */
export const REFUSED: Array<[string, unknown, string[]]> = [
  [
    'both references',
    jobOf({
      providers: {
        default: [{ providerRef: { name: 'a' }, agentRef: { name: 'b' } }],
      },
    }),
    [
      'spec.providers[default][0]: Invalid value: "object": exactly one of providerRef or agentRef must be set',
    ],
  ],
  [
    'neither reference',
    jobOf({ providers: { default: [{}] } }),
    [
      'spec.providers[default][0]: Invalid value: "object": exactly one of providerRef or agentRef must be set',
    ],
  ],
  [
    'a group in map form',
    jobOf({ providers: { judge: { a: { providerRef: { name: 'a' } } } } }),
    [
      'spec.providers[judge]: Invalid value: "object": must be of type array, not object',
    ],
  ],
  [
    'an id twice',
    jobOf({
      providers: {
        default: [
          { id: 'a', providerRef: { name: 'a' } },
          { id: 'a', providerRef: { name: 'b' } },
        ],
      },
    }),
    [
      'spec.providers[default]: Invalid value: "array": ids within a group must be unique',
    ],
  ],
  [
    'a group name with a space',
    jobOf({ providers: { 'my group': [] } }),
    [
      "spec.providers: Invalid value: \"object\": group names must be at most 63 letters, digits, '-', '_' and '.', beginning with a letter or digit",
    ],
  ],
  ['no spec', objectOf('ArenaJob', undefined), ['spec: Required value']],
  ['no source', objectOf('ArenaJob', {}), ['spec.sourceRef: Required value']],
  [
    'spec as a list',
    objectOf('ArenaJob', []),
    ['spec: Invalid value: "array": must be of type object, not array'],
  ],
  [
    'the block of another type',
    jobOf({ type: 'evaluation', loadTest: { targetRPS: 1 } }),
    ['spec.loadTest: Forbidden: allowed only when type is loadtest'],
  ],
  [
    'the block of another type than the default one',
    jobOf({ dataGen: {} }),
    ['spec.dataGen: Forbidden: allowed only when type is datagen'],
  ],
  [
    'fewer attempts than rows',
    jobOf({ type: 'datagen', dataGen: { count: 10, maxAttempts: 9 } }),
    [
      'spec.dataGen.maxAttempts: Invalid value: 9: must be at least count: an attempt brings one row at most',
    ],
  ],
  [
    'trials of generated rows',
    jobOf({ type: 'datagen', trials: 2 }),
    [
      'spec.trials: Forbidden: not allowed when type is datagen: dataGen.count says how many rows there are to be',
    ],
  ],
  [
    'an embedding without a threshold, and more rows than are compared',
    jobOf({
      type: 'datagen',
      dataGen: {
        count: 100_001,
        nearDuplicateEmbedding: { provider: 'vectors' },
      },
    }),
    [
      'spec.dataGen.nearDuplicateThreshold: Invalid value: "object": is needed beside nearDuplicateEmbedding',
      'spec.dataGen.count: Invalid value: 100001: must be at most 100000 with nearDuplicateEmbedding: each row is compared with all others',
    ],
  ],
  [
    'a quota of a field and a persona',
    jobOf({
      type: 'datagen',
      dataGen: {
        quotas: [{ field: 'a', value: 'b', persona: 'c', count: 1 }],
      },
    }),
    [
      'spec.dataGen.quotas[0]: Invalid value: "object": exactly one of field or persona must be set',
    ],
  ],
  [
    'a quota of a field without a value',
    jobOf({ type: 'datagen', dataGen: { quotas: [{ field: 'a', count: 1 }] } }),
    [
      'spec.dataGen.quotas[0].value: Invalid value: "object": is needed beside field, and allowed only there',
    ],
  ],
  [
    'quotas that add up to more than there are rows',
    jobOf({
      type: 'datagen',
      dataGen: {
        count: 10,
        quotas: [
          { field: 'a', value: 'x', count: 6 },
          { field: 'a', value: 'y', count: 5 },
        ],
      },
    }),
    [
      'spec.dataGen.quotas[1].count: Invalid value: 5: the quotas of the field a add up to more than count (10)',
    ],
  ],
  [
    'a misspelt type',
    jobOf({ type: 'evaluaton' }),
    [
      'spec.type: Unsupported value: "evaluaton": supported values: "evaluation", "loadtest", "datagen"; did you mean "evaluation"?',
    ],
  ],
  [
    'an unknown field with a neighbour of nearly that name',
    jobOf({ workrs: {} }),
    ['unknown field "spec.workrs", did you mean "spec.workers"?'],
  ],
  [
    'an unknown field that belongs elsewhere',
    jobOf({ replicas: 3 }),
    ['unknown field "spec.replicas", did you mean "spec.workers.replicas"?'],
  ],
  [
    'a spec field at the root',
    { ...jobOf({}), toolRegistries: [] },
    ['unknown field "toolRegistries", did you mean "spec.toolRegistries"?'],
  ],
  [
    'an unknown field within a list within a map',
    jobOf({
      providers: { default: [{ providerRef: { name: 'a' }, weight: 1 }] },
    }),
    ['unknown field "spec.providers[default][0].weight"'],
  ],
  [
    'min above max',
    jobOf({ workers: { minReplicas: 5, maxReplicas: 2 } }),
    [
      'spec.workers.minReplicas: Invalid value: 5: must not be greater than maxReplicas',
    ],
  ],
  [
    'no worker',
    jobOf({ workers: { replicas: 0 } }),
    [
      'spec.workers.replicas: Invalid value: 0: must be greater than or equal to 1',
    ],
  ],
  [
    'half a worker',
    jobOf({ workers: { replicas: 1.5 } }),
    [
      'spec.workers.replicas: Invalid value: 1.5: must be of type integer, not number',
    ],
  ],
  [
    'a number in words',
    jobOf({ trials: '3' }),
    ['spec.trials: Invalid value: "3": must be of type integer, not string'],
  ],
  [
    'output without its block',
    jobOf({ output: { type: 's3' } }),
    ['spec.output.s3: Required value: must be set when type is s3'],
  ],
  [
    'output with the block of the other type',
    jobOf({ output: { type: 'pvc', s3: { bucket: 'b' } } }),
    [
      'spec.output.pvc: Required value: must be set when type is pvc',
      'spec.output.s3: Forbidden: allowed only when type is s3',
    ],
  ],
  [
    'a folder outside the claim',
    jobOf({
      output: { type: 'pvc', pvc: { claimName: 'c', subPath: 'a/../../b' } },
    }),
    [
      'spec.output.pvc.subPath: Invalid value: "a/../../b": must be a relative path without ..',
    ],
  ],
  [
    'an arena file outside the bundle',
    jobOf({ arenaFile: '/etc/passwd' }),
    [
      'spec.arenaFile: Invalid value: "/etc/passwd": must be a relative path without ..',
    ],
  ],
  [
    'a format twice and one that does not exist',
    jobOf({ evaluation: { outputFormats: ['json', 'json', 'xml'] } }),
    [
      'spec.evaluation.outputFormats[1]: Duplicate value: "json"',
      'spec.evaluation.outputFormats[2]: Unsupported value: "xml": supported values: "junit", "json", "csv", "jsonl", "html", "markdown", "transcripts"',
    ],
  ],
  [
    'transcripts without an output',
    jobOf({ evaluation: { outputFormats: ['json', 'transcripts'] } }),
    [
      'spec.output: Required value: must be set when evaluation.outputFormats has transcripts, which are written there alone',
    ],
  ],
  [
    'a registry twice',
    jobOf({ toolRegistries: [{ name: 'a' }, { name: 'a' }] }),
    ['spec.toolRegistries[1]: Duplicate value: {"name":"a"}'],
  ],
  [
    'a duration in words',
    jobOf({ type: 'loadtest', loadTest: { duration: '5 minutes' } }),
    [
      'spec.loadTest.duration: Invalid value: "5 minutes": must be a duration such as 500ms, 30s or 1h30m',
    ],
  ],
  [
    'no duration',
    jobOf({ type: 'loadtest', loadTest: { duration: '0s' } }),
    ['spec.loadTest.duration: Invalid value: "0s": must be longer than 0s'],
  ],
  [
    'a ramp longer than the test',
    jobOf({ type: 'loadtest', loadTest: { rampUp: '2m', duration: '1m' } }),
    [
      'spec.loadTest.rampUp: Invalid value: "2m": must not be longer than duration',
    ],
  ],
  [
    'stages beside a rate',
    jobOf({
      type: 'loadtest',
      loadTest: { targetRPS: 5, stages: [{ duration: '1m', targetRPS: 5 }] },
    }),
    [
      'spec.loadTest.targetRPS: Forbidden: must not be set together with stages',
    ],
  ],
  [
    'stages of two sorts',
    jobOf({
      type: 'loadtest',
      loadTest: {
        stages: [
          { duration: '1m', targetRPS: 5 },
          { duration: '1m', concurrency: 5 },
        ],
      },
    }),
    [
      'spec.loadTest.stages: Invalid value: "array": all stages must be of one sort: every one with targetRPS or every one with concurrency',
    ],
  ],
  [
    'a warm-up of the whole test',
    jobOf({ type: 'loadtest', loadTest: { duration: '1m', warmUp: '1m' } }),
    [
      'spec.loadTest.warmUp: Invalid value: "1m": must be shorter than duration',
    ],
  ],
  [
    'a warm-up of all stages',
    jobOf({
      type: 'loadtest',
      loadTest: {
        warmUp: '90s',
        stages: [
          { duration: '1m', targetRPS: 5 },
          { duration: '30s', targetRPS: 5 },
        ],
      },
    }),
    [
      'spec.loadTest.warmUp: Invalid value: "90s": must be shorter than all stages together (90s)',
    ],
  ],
  [
    'a warm-up of the first step of a search',
    jobOf({
      type: 'loadtest',
      loadTest: {
        warmUp: '10s',
        slo: { latency: '1s' },
        search: { startRPS: 1, maxRPS: 5, stepDuration: '10s' },
      },
    }),
    [
      'spec.loadTest.warmUp: Invalid value: "10s": must be shorter than search.stepDuration (10s)',
    ],
  ],
  [
    'a search beside a rate, and without service levels',
    jobOf({
      type: 'loadtest',
      loadTest: {
        targetRPS: 5,
        search: { startRPS: 10, maxRPS: 5, stepDuration: '10s' },
      },
    }),
    [
      'spec.loadTest.search.startRPS: Invalid value: 10: must not be above maxRPS',
      'spec.loadTest.search: Forbidden: must not be set together with stages, targetRPS or ramp',
      'spec.loadTest.search: Invalid value: "object": needs slo, which says what rates are good',
    ],
  ],
  [
    'thresholds of load tests whose values do not fit',
    jobOf({
      type: 'loadtest',
      loadTest: {
        thresholds: [
          { metric: 'itl_p99', operator: '<', value: 'fast' },
          { metric: 'goodput', operator: '>', value: 'much' },
        ],
      },
    }),
    [
      'spec.loadTest.thresholds[0].value: Invalid value: "fast": a threshold on a latency needs a duration such as 800ms or 2.5s, or a number of seconds',
      'spec.loadTest.thresholds[1].value: Invalid value: "much": a threshold on the goodput needs a number of requests per second such as 45',
    ],
  ],
  [
    'thresholds whose values do not fit',
    jobOf({
      evaluation: {
        thresholds: [
          { metric: 'latency_p99', operator: '<', value: 'fast' },
          { metric: 'error_rate', operator: '<', value: '5' },
          { metric: 'total_cost', operator: '=', value: '1' },
        ],
      },
    }),
    [
      'spec.evaluation.thresholds[0].value: Invalid value: "fast": a threshold on a latency needs a duration such as 800ms or 2.5s, or a number of seconds',
      'spec.evaluation.thresholds[1].value: Invalid value: "5": a threshold on a rate needs a number from 0 to 1 such as 0.05',
      'spec.evaluation.thresholds[2].operator: Unsupported value: "=": supported values: "<", ">", "<=", ">="; did you mean "<"?',
    ],
  ],
  [
    'a budget that is no number, and one of nothing',
    jobOf({ evaluation: { budgetLimit: '5 EUR' } }),
    [
      'spec.evaluation.budgetLimit: Invalid value: "5 EUR": must be a number in a string, such as "12.50"',
    ],
  ],
  [
    'a budget of nothing',
    jobOf({ evaluation: { budgetLimit: '0.00' } }),
    [
      'spec.evaluation.budgetLimit: Invalid value: "0.00": must be greater than 0',
    ],
  ],
  [
    'two baselines',
    jobOf({
      evaluation: { gate: { baseline: { runId: 'a-1', branch: 'main' } } },
    }),
    [
      'spec.evaluation.gate.baseline: Invalid value: "object": exactly one of previous, jobRef, branch or runId must be set',
    ],
  ],
  [
    'no baseline, though one is wanted',
    jobOf({ evaluation: { gate: { baseline: { previous: false } } } }),
    [
      'spec.evaluation.gate.baseline: Invalid value: "object": exactly one of previous, jobRef, branch or runId must be set',
    ],
  ],
  [
    'a level of significance that is none',
    jobOf({
      evaluation: { gate: { baseline: { previous: true, significance: 0.6 } } },
    }),
    [
      'spec.evaluation.gate.baseline.significance: Invalid value: 0.6: must be less than or equal to 0.5',
    ],
  ],
  [
    'a pass rate above 100 %',
    jobOf({ evaluation: { gate: { minPassRate: 101 } } }),
    [
      'spec.evaluation.gate.minPassRate: Invalid value: 101: must be less than or equal to 100',
    ],
  ],
  [
    'patterns that are none',
    jobOf({ scenarios: { include: ['[a', '!b', '/c', 'd\\e', '../f', ''] } }),
    [
      'spec.scenarios.include[5]: Invalid value: "": must not be empty',
      'spec.scenarios.include[0]: Invalid value: "[a": must be a glob pattern: Missing closing: "]"',
      'spec.scenarios.include[1]: Invalid value: "!b": must not begin with !: put the pattern under exclude',
      'spec.scenarios.include[2]: Invalid value: "/c": must be relative to the root of the bundle',
      'spec.scenarios.include[3]: Invalid value: "d\\\\e": must separate folders with /, not with a backslash',
      'spec.scenarios.include[4]: Invalid value: "../f": must not contain ..',
    ],
  ],
  [
    'a schedule without an expression',
    jobOf({ schedule: { timezone: 'UTC' } }),
    ['spec.schedule.cron: Required value'],
  ],
  [
    'a date that does not exist',
    jobOf({ schedule: { cron: '0 0 31 2 *' } }),
    [
      'spec.schedule.cron: Invalid value: "0 0 31 2 *": never fires: there is no such date',
    ],
  ],
  [
    'seconds in a schedule',
    jobOf({ schedule: { cron: '0 0 2 * * *' } }),
    [
      'spec.schedule.cron: Invalid value: "0 0 2 * * *": must have five fields (minute, hour, day of month, month, day of week), not 6',
    ],
  ],
  [
    'a time zone in the expression',
    jobOf({ schedule: { cron: 'CRON_TZ=UTC 0 2 * * *' } }),
    [
      'spec.schedule.cron: Invalid value: "CRON_TZ=UTC 0 2 * * *": must not name a time zone: use timezone',
    ],
  ],
  [
    'a nickname that is none',
    jobOf({ schedule: { cron: '@reboot' } }),
    [
      'spec.schedule.cron: Invalid value: "@reboot": must be five fields or one of @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly',
    ],
  ],
  [
    'a misspelt time zone',
    jobOf({ schedule: { cron: '0 2 * * *', timezone: 'America/NewYork' } }),
    [
      'spec.schedule.timezone: Invalid value: "America/NewYork": must be an IANA time zone such as UTC or America/New_York; did you mean "America/New_York"?',
    ],
  ],
  [
    'an offset as a time zone',
    jobOf({ schedule: { cron: '0 2 * * *', timezone: '+02:00' } }),
    [
      'spec.schedule.timezone: Invalid value: "+02:00": must be an IANA time zone such as UTC or America/New_York',
    ],
  ],
  [
    'a source without its block, with that of another',
    objectOf('ArenaSource', { type: 'git', oci: { url: 'oci://x/y' } }),
    [
      'spec.git: Required value: must be set when type is git',
      'spec.oci: Forbidden: allowed only when type is oci',
    ],
  ],
  [
    'a repository at no address',
    objectOf('ArenaSource', { type: 'git', git: { url: 'file:///etc' } }),
    [
      'spec.git.url: Invalid value: "file:///etc": must be an http://, https:// or ssh:// URL, or of the form user@host:path',
    ],
  ],
  [
    'a provider without a model',
    objectOf('Provider', { type: 'openai' }),
    ['spec.model: Required value: must be set unless type is mock'],
  ],
  [
    'two credentials',
    objectOf('Provider', {
      type: 'mock',
      credential: { envVar: 'A', filePath: '/a' },
    }),
    [
      'spec.credential: Invalid value: "object": at most one of secretRef, envVar or filePath may be set',
    ],
  ],
  [
    'a handler without its block and its tool',
    objectOf('ToolRegistry', { handlers: [{ name: 'a', type: 'http' }] }),
    [
      'spec.handlers[0].httpConfig: Required value: must be set when type is http',
      'spec.handlers[0].tool: Required value: must be set unless type is openapi or mcp',
    ],
  ],
  [
    'a tool of a handler that lists its own, looked at too often',
    objectOf('ToolRegistry', {
      handlers: [
        {
          name: 'a',
          type: 'mcp',
          tool: { name: 'a', description: 'd', inputSchema: {} },
          mcpConfig: { transport: 'stdio', command: 'a' },
        },
      ],
      probe: { interval: '9s' },
    }),
    [
      'spec.handlers[0].tool: Forbidden: not allowed when type is openapi or mcp: they list their own',
      'spec.probe.interval: Invalid value: "9s": must be at least 10s',
    ],
  ],
  [
    'a grant of nothing to nobody',
    objectOf('ArenaReferenceGrant', { from: [], to: [] }),
    [
      'spec.from: Required value: must have at least 1 items',
      'spec.to: Required value: must have at least 1 items',
    ],
  ],
  [
    'a grant of what cannot be lent, to everybody',
    objectOf('ArenaReferenceGrant', {
      from: [{ kind: 'ArenaJob', namespace: '*' }],
      to: [{ kind: 'AgentRuntime', name: 'agent' }],
    }),
    [
      'spec.from[0].namespace: Invalid value: "*": must be a lower case RFC 1123 label: letters, digits and \'-\', beginning and ending with a letter or digit',
      'spec.to[0].kind: Unsupported value: "AgentRuntime": supported values: "Provider", "ToolRegistry"',
    ],
  ],
  [
    'a grant in the other API group',
    {
      ...objectOf('ArenaReferenceGrant', {
        from: [{ kind: 'ArenaJob', namespace: 'a' }],
        to: [{ kind: 'Provider' }],
      }),
      apiVersion: ARENA_API_VERSION,
    },
    [
      'apiVersion: Unsupported value: "omnia.altairalabs.ai/v1alpha1": supported values: "arena.backstage.io/v1alpha1"',
    ],
  ],
  [
    'a grant with a status',
    {
      ...objectOf('ArenaReferenceGrant', {
        from: [{ kind: 'ArenaJob', namespace: 'a' }],
        to: [{ kind: 'Provider' }],
      }),
      status: {},
    },
    ['unknown field "status"'],
  ],
  [
    'another version',
    { ...jobOf({}), apiVersion: 'omnia.altairalabs.ai/v1' },
    [
      'apiVersion: Unsupported value: "omnia.altairalabs.ai/v1": supported values: "omnia.altairalabs.ai/v1alpha1"',
    ],
  ],
  [
    'another kind',
    { ...jobOf({}), kind: 'arenajob' },
    [
      'kind: Unsupported value: "arenajob": supported values: "ArenaJob", "ArenaSource", "ArenaConfig", "Provider", "AgentRuntime", "ToolRegistry", "ArenaReferenceGrant"; did you mean "ArenaJob"?',
    ],
  ],
  [
    'nothing at all',
    {},
    [
      'apiVersion: Required value: must be omnia.altairalabs.ai/v1alpha1 or arena.backstage.io/v1alpha1',
      'kind: Required value: one of ArenaJob, ArenaSource, ArenaConfig, Provider, AgentRuntime, ToolRegistry, ArenaReferenceGrant',
    ],
  ],
  ['null', null, ['Invalid value: null: must be of type object, not null']],
  [
    'a text',
    'ArenaJob',
    ['Invalid value: "ArenaJob": must be of type object, not string'],
  ],
];
