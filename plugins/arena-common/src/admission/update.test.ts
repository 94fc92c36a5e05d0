import { TRANSITIONS } from './__fixtures__/transitions';
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

describe('admit of an update of a job', () => {
  it.each(TRANSITIONS)('that $title', ({ before, status, after, faults }) => {
    const old = { ...job(before), ...(status && { status }) };
    expect(update(old, job(after))).toEqual(faults);
  });

  it('counts defaults as there, also for a job from before they were', () => {
    const old = {
      ...job({}),
      status: { run: { id: 'r', attempt: 1 } },
    };
    expect(update(old, job({ compat: false }))).toEqual([]);
    expect(update(old, job({ compat: true }))).toHaveLength(1);
  });
});
