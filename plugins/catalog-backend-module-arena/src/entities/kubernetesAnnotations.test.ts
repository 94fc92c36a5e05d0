import {
  ARENA_API_VERSION,
  ArenaObject,
} from '@backstage-arena/plugin-arena-common';
import { kubernetesAnnotations } from './kubernetesAnnotations';

function object(
  metadata: Partial<ArenaObject['metadata']>,
  kind: ArenaObject['kind'] = 'ArenaJob',
): ArenaObject {
  return {
    apiVersion: ARENA_API_VERSION,
    kind,
    metadata: {
      name: 'nightly',
      namespace: 'team',
      uid: 'u',
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-11-23T10:00:00Z',
      ...metadata,
    },
    spec: {},
  };
}

describe('kubernetesAnnotations', () => {
  it('lead from the entity of a job to its workers', () => {
    expect(kubernetesAnnotations(object({}), 'prod')).toEqual({
      'backstage.io/kubernetes-id': 'nightly',
      'backstage.io/kubernetes-label-selector':
        'omnia.altairalabs.ai/job=nightly',
      'backstage.io/kubernetes-namespace': 'team',
      'backstage.io/kubernetes-cluster': 'prod',
    });
  });

  it.each([
    ['annotation', { annotations: { 'backstage.io/kubernetes-id': 'shop' } }],
    ['label', { labels: { 'backstage.io/kubernetes-id': 'shop' } }],
  ])('take the id from the %s of the job', (_, metadata) => {
    expect(kubernetesAnnotations(object(metadata), 'prod')).toMatchObject({
      'backstage.io/kubernetes-id': 'shop',
      'backstage.io/kubernetes-label-selector':
        'omnia.altairalabs.ai/job=nightly',
    });
  });

  it('are not made for what has no pods', () => {
    expect(kubernetesAnnotations(object({}), 'embedded')).toEqual({});
    expect(kubernetesAnnotations(object({}, 'ArenaSource'), 'prod')).toEqual(
      {},
    );
  });
});
