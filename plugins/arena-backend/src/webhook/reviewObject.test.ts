import { reviewObject } from './reviewObject';

const JOB = { group: 'omnia.altairalabs.ai', version: 'v1alpha1' };

function review(
  spec: object,
  options: { oldSpec?: object; kind?: string; request?: object } = {},
) {
  const { oldSpec, kind = 'ArenaJob', request } = options;
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'review-1',
      kind: { ...JOB, kind },
      operation: oldSpec ? 'UPDATE' : 'CREATE',
      object: { metadata: { name: 'x' }, spec },
      oldObject: oldSpec ? { metadata: { name: 'x' }, spec: oldSpec } : null,
      ...request,
    },
  };
}

const source = { sourceRef: { name: 'bundle' } };
const never = { ...source, schedule: { cron: '0 0 30 2 *', timezone: 'UTC' } };
const idle = { ...source, workers: { replicas: 1, minReplicas: 2 } };

describe('reviewObject', () => {
  it('allows what can run', () => {
    expect(reviewObject(review(source))).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: 'review-1', allowed: true },
    });
  });

  it('refuses what never can, naming field, value and what is allowed', () => {
    const { response } = reviewObject(
      review({
        ...source,
        scenarios: { include: ['[a'] },
        schedule: { cron: '0 0 30 2 *', timezone: 'Mars/Base' },
      }),
    );
    expect(response).toMatchObject({
      uid: 'review-1',
      allowed: false,
      status: { code: 422, reason: 'Invalid' },
    });
    const { message, details } = response.status!;
    expect(details.causes.map(({ field }) => field)).toEqual([
      'spec.scenarios.include[0]',
      'spec.schedule.timezone',
      'spec.schedule.cron',
    ]);
    expect(message).toContain(
      'spec.schedule.cron: Invalid value: "0 0 30 2 *": ',
    );
    expect(message).toContain(
      'spec.schedule.timezone: Invalid value: "Mars/Base": must be an IANA time zone',
    );
  });

  it('looks at no more patterns, and at no longer ones, than an object can have', () => {
    const long = '{('.repeat(16_250) + '})'.repeat(16_250);
    const began = performance.now();
    const { response } = reviewObject(
      review({
        ...source,
        scenarios: { include: [long, ...Array(10_000).fill('[a')] },
      }),
    );
    expect(performance.now() - began).toBeLessThan(1_000);
    const causes = response.status?.details.causes ?? [];
    expect(causes).toHaveLength(255);
    expect(causes[0].field).toBe('spec.scenarios.include[1]');
  });

  it('does not hold against an update what it leaves as it was', () => {
    const kept = { ...never, verbose: true };
    expect(
      reviewObject(review(kept, { oldSpec: never })).response,
    ).toMatchObject({ allowed: true });
    expect(
      reviewObject(review(never, { oldSpec: source })).response,
    ).toMatchObject({ allowed: false });
  });

  it('warns of what has no effect, once', () => {
    const warnings = [
      'spec.workers.minReplicas: without maxReplicas the pool does not scale',
    ];
    expect(reviewObject(review(idle)).response).toEqual({
      uid: 'review-1',
      allowed: true,
      warnings,
    });
    expect(
      reviewObject(review(idle, { oldSpec: idle })).response,
    ).not.toHaveProperty('warnings');
    expect(
      reviewObject(review(idle, { oldSpec: source })).response,
    ).toMatchObject({ warnings });
  });

  it('takes fields that only another version of the CRD has', () => {
    expect(
      reviewObject(
        review({ type: 'mock', somethingNew: 1 }, { kind: 'Provider' }),
      ).response,
    ).toMatchObject({ allowed: true });
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'This is no AdmissionReview'],
    [
      'a review of an older version',
      { ...review(source), apiVersion: 'admission.k8s.io/v1beta1' },
      'apiVersion',
    ],
    [
      'a deletion',
      review(source, { request: { operation: 'DELETE', object: null } }),
      'request.operation',
    ],
    [
      'an object without a spec',
      review(source, { request: { object: { metadata: {} } } }),
      'request.object.spec',
    ],
    [
      'a kind of others',
      review(source, { kind: 'Pod' }),
      'Unsupported value: omnia.altairalabs.ai/v1alpha1 Pod',
    ],
    [
      'a kind of ours in another group',
      review({}, { kind: 'ArenaReferenceGrant' }),
      'arena.backstage.io/v1alpha1 ArenaReferenceGrant',
    ],
  ])('gives no verdict on %s', (_, body, message) => {
    expect(() => reviewObject(body)).toThrow(message);
  });
});
