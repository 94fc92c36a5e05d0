import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  jobOf as job,
  objectOf as object,
  REFUSED,
} from './__fixtures__/refused';
import { admit, admitText, formatCause, normalizeInput } from './index';

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
    expect(documents).toHaveLength(15);
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

  it.each(REFUSED)('refuses %s', (_title, input, expected) => {
    expect(faults(input)).toEqual(expected);
  });

  it('refuses a value nested 5,000 levels deep', () => {
    const nested = `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`;
    expect(faults(job({ providers: JSON.parse(nested) }))).toEqual([
      'spec.providers.a: Invalid value: "array": must not be nested more than 100 levels deep',
    ]);
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
