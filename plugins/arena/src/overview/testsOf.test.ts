import { Entity } from '@backstage/catalog-model';
import { isTested, testsOf } from './testsOf';

const entity = (
  kind: string,
  relations: Array<[type: string, targetRef: string]> = [],
  annotations: Record<string, string> = {},
): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind,
  metadata: { name: 'shop', namespace: 'default', annotations },
  relations: relations.map(([type, targetRef]) => ({ type, targetRef })),
});
const JOB = 'arenajob:team/nightly_embedded';

describe('testsOf', () => {
  it('are those of a component itself, and of the jobs that depend on it', () => {
    const ref = 'component:default/shop';
    expect(
      testsOf(
        entity('Component', [
          ['dependencyOf', JOB],
          ['apiConsumedBy', JOB],
          ['partOf', 'system:default/store'],
        ]),
        ref,
      ),
    ).toEqual({ components: [ref], jobs: [JOB] });
  });

  it('are those of what a system is made of', () => {
    expect(
      testsOf(
        entity('System', [
          ['hasPart', 'component:default/shop'],
          ['hasPart', 'api:default/orders'],
          ['hasPart', 'resource:default/database'],
          ['hasPart', JOB],
          ['ownedBy', 'group:default/team'],
        ]),
        'system:default/store',
      ),
    ).toEqual({
      components: ['component:default/shop', 'api:default/orders'],
      jobs: [JOB],
    });
  });
});

describe('isTested', () => {
  it.each([
    [true, entity('API', [['dependencyOf', JOB]])],
    [true, entity('Component', [], { 'arena.backstage.io/jobs': 'true' })],
    [true, entity('Component', [], { 'arena.backstage.io/cluster': 'prod' })],
    [false, entity('Component')],
    [false, entity('ArenaSource', [['dependencyOf', JOB]])],
    [false, entity('ArenaJob', [], { 'arena.backstage.io/cluster': 'prod' })],
  ])('is %s of %j', (expected, value) => {
    expect(isTested(value)).toBe(expected);
  });
});
