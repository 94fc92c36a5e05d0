import { admit, formatCause } from './index';

const API = 'omnia.altairalabs.ai/v1alpha1';

function job(spec: object, metadata: object = { name: 'x', namespace: 'ns' }) {
  return {
    apiVersion: API,
    kind: 'ArenaJob',
    metadata,
    spec: { sourceRef: { name: 'bundle' }, ...spec },
  };
}

function update(oldObject: object, input: object): string[] {
  return admit(input, { operation: 'update', oldObject }).causes.map(
    formatCause,
  );
}

describe('admit of an update', () => {
  it('lets a job be cancelled, but not taken back', () => {
    const running = job({ cancelled: false });
    const cancelled = job({ cancelled: true });
    const message =
      'spec.cancelled: Invalid value: false: a cancelled job stays cancelled';
    expect(update(running, cancelled)).toEqual([]);
    expect(update(cancelled, cancelled)).toEqual([]);
    expect(update(cancelled, running)).toEqual([message]);
    expect(update(cancelled, job({}))).toEqual([message]);
  });

  it('does not run transition rules on creation', () => {
    expect(admit(job({}), { operation: 'create' }).causes).toEqual([]);
  });

  it('keeps the status of before', () => {
    const old = { ...job({}), status: { phase: 'Running' } };
    const { object } = admit(
      { ...job({ verbose: true }), status: { phase: 'Succeeded' } },
      { operation: 'update', oldObject: old },
    );
    expect(object).toMatchObject({ status: { phase: 'Running' } });
  });

  it('does not hold against an update what it leaves as it was', () => {
    const old = job({
      arenaFile: '/absolute',
      schedule: { cron: '0 0 31 2 *', timezone: 'Nowhere' },
      providers: { default: [{}] },
      toolRegistries: [{ name: 'Bad' }],
      verbose: false,
    });
    const change = (spec: object) => update(old, job({ ...old.spec, ...spec }));
    expect(change({ verbose: true })).toEqual([]);
    expect(change({ arenaFile: '/other' })).toEqual([
      'spec.arenaFile: Invalid value: "/other": must be a relative path without ..',
    ]);
    expect(
      change({ schedule: { cron: '0 0 31 2 *', timezone: 'UTC' } }),
    ).toEqual([]);
    expect(
      change({ toolRegistries: [{ name: 'good' }, { name: 'Bad' }] }),
    ).toEqual([]);
    // Items of a plain list have no identity, so that a changed list is new as a whole.
    expect(
      change({ providers: { default: [{}, { agentRef: { name: 'a' } }] } }),
    ).toEqual([
      'spec.providers[default][0]: Invalid value: "object": exactly one of providerRef or agentRef must be set',
    ]);
  });

  it('refuses another name or namespace', () => {
    expect(update(job({}), job({}, { name: 'y', namespace: 'other' }))).toEqual(
      [
        'metadata.name: Invalid value: "y": field is immutable',
        'metadata.namespace: Invalid value: "other": field is immutable',
      ],
    );
  });
});

describe('admit of an update of a job that has a run', () => {
  const providers = { default: [{ providerRef: { name: 'gpt' } }] };
  const running = {
    ...job({ type: 'evaluation', trials: 2, providers }),
    status: { phase: 'Running', run: { id: 'r1', attempt: 1 } },
  };
  const change = (spec: object) =>
    update(running, job({ ...running.spec, ...spec }));
  const refusal = (field: string) =>
    `spec.${field}: Forbidden: cannot be changed once the job has a run; create another ArenaJob to run something else`;

  it.each([
    ['sourceRef', { sourceRef: { name: 'other' } }],
    ['arenaFile', { arenaFile: 'other.yaml' }],
    ['scenarios', { scenarios: { include: ['a*'] } }],
    ['evaluation', { evaluation: { gate: { minPassRate: 50 } } }],
    ['trials', { trials: 3 }],
    ['trials', { trials: undefined }],
    ['workers.podOverrides', { workers: { podOverrides: { labels: {} } } }],
    ['providers', { providers: { default: [{ agentRef: { name: 'a' } }] } }],
    ['providers', { providers: undefined }],
    ['toolRegistries', { toolRegistries: [{ name: 'tools' }] }],
    ['output', { output: { type: 's3', s3: { bucket: 'b' } } }],
    ['compat', { compat: true }],
  ])('refuses to change %s', (field, spec) => {
    expect(change(spec)).toEqual([refusal(field)]);
  });

  it('names every field that was changed', () => {
    expect(change({ type: 'loadtest', loadTest: {} })).toEqual([
      refusal('type'),
      refusal('loadTest'),
    ]);
  });

  it('refuses a schedule', () => {
    expect(change({ schedule: { cron: '@daily' } })).toEqual([
      'spec.schedule: Forbidden: cannot be added to a job that has a run; create another ArenaJob with the schedule',
    ]);
  });

  it.each([
    ['itself', {}],
    ['itself with defaults written out', { arenaFile: 'config.arena.yaml' }],
    ['cancelled', { cancelled: true }],
    ['verbose', { verbose: true }],
    ['ttlSecondsAfterFinished', { ttlSecondsAfterFinished: 60 }],
    ['workers', { workers: { replicas: 4, maxReplicas: 8 } }],
  ])('accepts %s', (_, spec) => {
    expect(change(spec)).toEqual([]);
  });

  it('still refuses once the run is over', () => {
    const over = { ...running, status: { ...running.status, phase: 'Failed' } };
    expect(update(over, job({ ...running.spec, trials: 3 }))).toEqual([
      refusal('trials'),
    ]);
  });

  it('lets a job change that waits for its run', () => {
    const waiting = { ...running, status: { phase: 'Pending' } };
    expect(update(waiting, job({ ...running.spec, trials: 3 }))).toEqual([]);
  });

  it('lets the template of a schedule change, because it is for runs to come', () => {
    const parent = {
      ...running,
      spec: { ...running.spec, schedule: { cron: '@daily' } },
    };
    expect(update(parent, job({ ...parent.spec, trials: 3 }))).toEqual([]);
  });
});
