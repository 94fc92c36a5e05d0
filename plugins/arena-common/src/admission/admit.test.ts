import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { admit, admitText, formatCause, normalizeInput } from './index';

const API = 'omnia.altairalabs.ai/v1alpha1';

function object(kind: string, spec: unknown, name = 'x') {
  return { apiVersion: API, kind, metadata: { name }, spec };
}

function job(spec: object) {
  return object('ArenaJob', { sourceRef: { name: 'bundle' }, ...spec });
}

function faults(input: unknown): string[] {
  return admit(input, { operation: 'create' }).causes.map(formatCause);
}

describe('admit', () => {
  const fixture = readFileSync(
    resolve(__dirname, '__fixtures__/accepted.yaml'),
    'utf8',
  );
  const { documents, problems } = admitText(fixture);

  it('reads the whole fixture', () => {
    expect(problems).toEqual([]);
    expect(documents).toHaveLength(12);
  });

  it.each(
    documents.map((document, index) => ({
      document,
      title: `${index}: ${document.object.kind} ${
        document.object.metadata.name ?? document.object.metadata.generateName
      }`,
    })),
  )('accepts $title', ({ document }) => {
    expect(document.causes.map(formatCause)).toEqual([]);
    expect(document.warnings).toEqual([]);
  });

  it('fills in the defaults of the blocks that are there', () => {
    const { object: admitted } = admit(
      job({ type: 'loadtest', loadTest: {}, workers: {} }),
      { operation: 'create' },
    );
    expect(admitted.spec).toEqual({
      sourceRef: { name: 'bundle' },
      arenaFile: 'config.arena.yaml',
      type: 'loadtest',
      loadTest: {
        rampUp: '30s',
        duration: '5m',
        concurrency: 1,
        vusPerWorker: 1,
        budgetCurrency: 'USD',
      },
      workers: { replicas: 1 },
      cancelled: false,
      verbose: false,
      compat: false,
    });
  });

  const selfReferring: Record<string, unknown> = JSON.parse(
    `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`,
  );

  it.each<[string, unknown, string[]]>([
    [
      'both references',
      job({
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
      job({ providers: { default: [{}] } }),
      [
        'spec.providers[default][0]: Invalid value: "object": exactly one of providerRef or agentRef must be set',
      ],
    ],
    [
      'a group in map form',
      job({ providers: { judge: { a: { providerRef: { name: 'a' } } } } }),
      [
        'spec.providers[judge]: Invalid value: "object": must be of type array, not object',
      ],
    ],
    [
      'an id twice',
      job({
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
      job({ providers: { 'my group': [] } }),
      [
        "spec.providers: Invalid value: \"object\": group names must be at most 63 letters, digits, '-', '_' and '.', beginning with a letter or digit",
      ],
    ],
    ['no spec', object('ArenaJob', undefined), ['spec: Required value']],
    ['no source', object('ArenaJob', {}), ['spec.sourceRef: Required value']],
    [
      'spec as a list',
      object('ArenaJob', []),
      ['spec: Invalid value: "array": must be of type object, not array'],
    ],
    [
      'the block of another type',
      job({ type: 'evaluation', loadTest: { targetRPS: 1 } }),
      ['spec.loadTest: Forbidden: allowed only when type is loadtest'],
    ],
    [
      'the block of another type than the default one',
      job({ dataGen: {} }),
      ['spec.dataGen: Forbidden: allowed only when type is datagen'],
    ],
    [
      'a misspelt type',
      job({ type: 'evaluaton' }),
      [
        'spec.type: Unsupported value: "evaluaton": supported values: "evaluation", "loadtest", "datagen"; did you mean "evaluation"?',
      ],
    ],
    [
      'an unknown field with a neighbour of nearly that name',
      job({ workrs: {} }),
      ['unknown field "spec.workrs", did you mean "spec.workers"?'],
    ],
    [
      'an unknown field that belongs elsewhere',
      job({ replicas: 3 }),
      ['unknown field "spec.replicas", did you mean "spec.workers.replicas"?'],
    ],
    [
      'a spec field at the root',
      { ...job({}), toolRegistries: [] },
      ['unknown field "toolRegistries", did you mean "spec.toolRegistries"?'],
    ],
    [
      'an unknown field within a list within a map',
      job({
        providers: { default: [{ providerRef: { name: 'a' }, weight: 1 }] },
      }),
      ['unknown field "spec.providers[default][0].weight"'],
    ],
    [
      'min above max',
      job({ workers: { minReplicas: 5, maxReplicas: 2 } }),
      [
        'spec.workers.minReplicas: Invalid value: 5: must not be greater than maxReplicas',
      ],
    ],
    [
      'no worker',
      job({ workers: { replicas: 0 } }),
      [
        'spec.workers.replicas: Invalid value: 0: must be greater than or equal to 1',
      ],
    ],
    [
      'half a worker',
      job({ workers: { replicas: 1.5 } }),
      [
        'spec.workers.replicas: Invalid value: 1.5: must be of type integer, not number',
      ],
    ],
    [
      'a number in words',
      job({ trials: '3' }),
      ['spec.trials: Invalid value: "3": must be of type integer, not string'],
    ],
    [
      'output without its block',
      job({ output: { type: 's3' } }),
      ['spec.output.s3: Required value: must be set when type is s3'],
    ],
    [
      'output with the block of the other type',
      job({ output: { type: 'pvc', s3: { bucket: 'b' } } }),
      [
        'spec.output.pvc: Required value: must be set when type is pvc',
        'spec.output.s3: Forbidden: allowed only when type is s3',
      ],
    ],
    [
      'a folder outside the claim',
      job({
        output: { type: 'pvc', pvc: { claimName: 'c', subPath: 'a/../../b' } },
      }),
      [
        'spec.output.pvc.subPath: Invalid value: "a/../../b": must be a relative path without ..',
      ],
    ],
    [
      'an arena file outside the bundle',
      job({ arenaFile: '/etc/passwd' }),
      [
        'spec.arenaFile: Invalid value: "/etc/passwd": must be a relative path without ..',
      ],
    ],
    [
      'a format twice and one that does not exist',
      job({ evaluation: { outputFormats: ['json', 'json', 'html'] } }),
      [
        'spec.evaluation.outputFormats[1]: Duplicate value: "json"',
        'spec.evaluation.outputFormats[2]: Unsupported value: "html": supported values: "junit", "json", "csv"',
      ],
    ],
    [
      'a registry twice',
      job({ toolRegistries: [{ name: 'a' }, { name: 'a' }] }),
      ['spec.toolRegistries[1]: Duplicate value: {"name":"a"}'],
    ],
    [
      'a duration in words',
      job({ type: 'loadtest', loadTest: { duration: '5 minutes' } }),
      [
        'spec.loadTest.duration: Invalid value: "5 minutes": must be a duration such as 500ms, 30s or 1h30m',
      ],
    ],
    [
      'no duration',
      job({ type: 'loadtest', loadTest: { duration: '0s' } }),
      ['spec.loadTest.duration: Invalid value: "0s": must be longer than 0s'],
    ],
    [
      'a ramp longer than the test',
      job({ type: 'loadtest', loadTest: { rampUp: '2m', duration: '1m' } }),
      [
        'spec.loadTest.rampUp: Invalid value: "2m": must not be longer than duration',
      ],
    ],
    [
      'stages beside a rate',
      job({
        type: 'loadtest',
        loadTest: { targetRPS: 5, stages: [{ duration: '1m', targetRPS: 5 }] },
      }),
      [
        'spec.loadTest.targetRPS: Forbidden: must not be set together with stages',
      ],
    ],
    [
      'stages of two sorts',
      job({
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
      'thresholds whose values do not fit',
      job({
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
      job({ evaluation: { budgetLimit: '5 EUR' } }),
      [
        'spec.evaluation.budgetLimit: Invalid value: "5 EUR": must be a number in a string, such as "12.50"',
      ],
    ],
    [
      'a budget of nothing',
      job({ evaluation: { budgetLimit: '0.00' } }),
      [
        'spec.evaluation.budgetLimit: Invalid value: "0.00": must be greater than 0',
      ],
    ],
    [
      'a pass rate above 100 %',
      job({ evaluation: { gate: { minPassRate: 101 } } }),
      [
        'spec.evaluation.gate.minPassRate: Invalid value: 101: must be less than or equal to 100',
      ],
    ],
    [
      'patterns that are none',
      job({ scenarios: { include: ['[a', '!b', '/c', 'd\\e', '../f', ''] } }),
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
      job({ schedule: { timezone: 'UTC' } }),
      ['spec.schedule.cron: Required value'],
    ],
    [
      'a date that does not exist',
      job({ schedule: { cron: '0 0 31 2 *' } }),
      [
        'spec.schedule.cron: Invalid value: "0 0 31 2 *": never fires: there is no such date',
      ],
    ],
    [
      'seconds in a schedule',
      job({ schedule: { cron: '0 0 2 * * *' } }),
      [
        'spec.schedule.cron: Invalid value: "0 0 2 * * *": must have five fields (minute, hour, day of month, month, day of week), not 6',
      ],
    ],
    [
      'a time zone in the expression',
      job({ schedule: { cron: 'CRON_TZ=UTC 0 2 * * *' } }),
      [
        'spec.schedule.cron: Invalid value: "CRON_TZ=UTC 0 2 * * *": must not name a time zone: use spec.schedule.timezone',
      ],
    ],
    [
      'a nickname that is none',
      job({ schedule: { cron: '@reboot' } }),
      [
        'spec.schedule.cron: Invalid value: "@reboot": must be five fields or one of @yearly, @annually, @monthly, @weekly, @daily, @hourly',
      ],
    ],
    [
      'a misspelt time zone',
      job({ schedule: { cron: '0 2 * * *', timezone: 'America/NewYork' } }),
      [
        'spec.schedule.timezone: Invalid value: "America/NewYork": must be an IANA time zone such as UTC or America/New_York; did you mean "America/New_York"?',
      ],
    ],
    [
      'an offset as a time zone',
      job({ schedule: { cron: '0 2 * * *', timezone: '+02:00' } }),
      [
        'spec.schedule.timezone: Invalid value: "+02:00": must be an IANA time zone such as UTC or America/New_York',
      ],
    ],
    [
      'a source without its block, with that of another',
      object('ArenaSource', { type: 'git', oci: { url: 'oci://x/y' } }),
      [
        'spec.git: Required value: must be set when type is git',
        'spec.oci: Forbidden: allowed only when type is oci',
      ],
    ],
    [
      'a repository at no address',
      object('ArenaSource', { type: 'git', git: { url: 'file:///etc' } }),
      [
        'spec.git.url: Invalid value: "file:///etc": must be an http://, https:// or ssh:// URL, or of the form user@host:path',
      ],
    ],
    [
      'a provider without a model',
      object('Provider', { type: 'openai' }),
      ['spec.model: Required value: must be set unless type is mock'],
    ],
    [
      'two credentials',
      object('Provider', {
        type: 'mock',
        credential: { envVar: 'A', filePath: '/a' },
      }),
      [
        'spec.credential: Invalid value: "object": at most one of secretRef, envVar or filePath may be set',
      ],
    ],
    [
      'a handler without its block and its tool',
      object('ToolRegistry', { handlers: [{ name: 'a', type: 'http' }] }),
      [
        'spec.handlers[0].httpConfig: Required value: must be set when type is http',
        'spec.handlers[0].tool: Required value: must be set unless type is openapi or mcp',
      ],
    ],
    [
      'a tool of a handler that lists its own, looked at too often',
      object('ToolRegistry', {
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
      'another version',
      { ...job({}), apiVersion: 'omnia.altairalabs.ai/v1' },
      [
        'apiVersion: Unsupported value: "omnia.altairalabs.ai/v1": supported values: "omnia.altairalabs.ai/v1alpha1"',
      ],
    ],
    [
      'another kind',
      { ...job({}), kind: 'arenajob' },
      [
        'kind: Unsupported value: "arenajob": supported values: "ArenaJob", "ArenaSource", "ArenaConfig", "Provider", "AgentRuntime", "ToolRegistry"; did you mean "ArenaJob"?',
      ],
    ],
    [
      'nothing at all',
      {},
      [
        'apiVersion: Required value: must be omnia.altairalabs.ai/v1alpha1',
        'kind: Required value: one of ArenaJob, ArenaSource, ArenaConfig, Provider, AgentRuntime, ToolRegistry',
      ],
    ],
    ['null', null, ['Invalid value: null: must be of type object, not null']],
    [
      'a text',
      'ArenaJob',
      ['Invalid value: "ArenaJob": must be of type object, not string'],
    ],
    [
      'a value nested 5,000 levels deep',
      job({ providers: selfReferring }),
      [
        'spec.providers.a: Invalid value: "array": must not be nested more than 100 levels deep',
      ],
    ],
  ])('refuses %s', (_title, input, expected) => {
    expect(faults(input)).toEqual(expected);
  });

  it('takes null for an absent field, but not in a list', () => {
    expect(faults(job({ type: null, scenarios: null }))).toEqual([]);
    expect(faults(job({ scenarios: { include: [null] } }))).toEqual([
      'spec.scenarios.include[0]: Invalid value: null: must be of type string, not null',
    ]);
  });

  it('keeps unknown fields where the kind allows them, and drops them with a warning elsewhere when not strict', () => {
    const agent = admit(
      object('AgentRuntime', { session: { ttl: '1h', nothing: null } }),
      { operation: 'create' },
    );
    expect(agent.causes).toEqual([]);
    expect(agent.object.spec).toEqual({
      session: { ttl: '1h', nothing: null },
    });
    const lenient = admit(job({ priority: 'high' }), {
      operation: 'create',
      strict: false,
    });
    expect(lenient.causes).toEqual([]);
    expect(lenient.warnings).toEqual(['unknown field "spec.priority"']);
    expect(lenient.object.spec).not.toHaveProperty('priority');
  });

  it('treats names of the prototype as names', () => {
    const spec = JSON.parse(
      '{"sourceRef":{"name":"a"},"__proto__":{"type":"loadtest"},"constructor":1,"providers":{"__proto__":[{}]}}',
    );
    expect(faults(object('ArenaJob', spec))).toEqual([
      'unknown field "spec.__proto__"',
      'unknown field "spec.constructor"',
      'spec.providers[__proto__][0]: Invalid value: "object": exactly one of providerRef or agentRef must be set',
      "spec.providers: Invalid value: \"object\": group names must be at most 63 letters, digits, '-', '_' and '.', beginning with a letter or digit",
    ]);
    expect({}).not.toHaveProperty('type');
  });

  it('does not change what it is given', () => {
    const input = job({ type: 'loadtest', loadTest: {}, extra: 1 });
    const before = JSON.stringify(input);
    admit(input, { operation: 'create', strict: false });
    expect(JSON.stringify(input)).toBe(before);
  });

  it('reports every fault of an object at once', () => {
    const result = faults({
      ...job({
        type: 'nothing',
        trials: 0,
        schedule: { cron: 'x' },
        scenarios: { include: ['!a'] },
        output: { type: 's3' },
      }),
      metadata: { name: 'Bad' },
    });
    expect(result).toHaveLength(6);
  });

  it('drops the status that a caller sends', () => {
    const { object: admitted } = admit(
      { ...job({}), status: { phase: 'Succeeded' } },
      { operation: 'create' },
    );
    expect(admitted).not.toHaveProperty('status');
  });

  it.each([
    [
      job({ workers: { minReplicas: 2 } }),
      'spec.workers.minReplicas: without maxReplicas the pool does not scale',
    ],
    [
      job({ evaluation: { gate: { minPassRate: 0.9 } } }),
      'spec.evaluation.gate.minPassRate: is in percent, so that 0.9 means 0.9 %',
    ],
    [
      job({ type: 'loadtest', loadTest: { duration: '20s' } }),
      'spec.loadTest: rampUp 30s does not fit in duration 20s: it is cut to 20000ms',
    ],
    [
      object('Provider', { type: 'mock', headers: { Authorization: 'x' } }),
      'spec.headers[Authorization]: looks like a secret in plain text, use spec.credential',
    ],
    [
      object('ArenaSource', {
        type: 'workspace',
        workspace: { path: 'a' },
        targetPath: 'b',
      }),
      'spec.targetPath: has no effect, content is addressed by its digest',
    ],
  ])('warns (%#)', (input, warning) => {
    expect(admit(input, { operation: 'create' })).toMatchObject({
      causes: [],
      warnings: [warning],
    });
  });
});

describe('normalizeInput', () => {
  it('rewrites provider groups in map form to lists with ids', () => {
    const input = job({
      providers: {
        default: [{ providerRef: { name: 'a' } }],
        judge: {
          strict: { providerRef: { name: 'b' } },
          kind: { agentRef: { name: 'c' } },
        },
      },
    });
    const { object: admitted, causes } = admit(normalizeInput(input), {
      operation: 'create',
    });
    expect(causes).toEqual([]);
    expect(admitted.spec.providers).toEqual({
      default: [{ providerRef: { name: 'a' } }],
      judge: [
        { id: 'strict', providerRef: { name: 'b' } },
        { id: 'kind', agentRef: { name: 'c' } },
      ],
    });
  });

  it.each([
    null,
    'text',
    [],
    { kind: 'ArenaJob' },
    { kind: 'ArenaJob', spec: { providers: 3 } },
  ])('leaves %j as it is', input => {
    expect(normalizeInput(input)).toBe(input);
  });
});
