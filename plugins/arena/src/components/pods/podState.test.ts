import { containersOf, isAlive, Pod, podStateOf } from './podState';

type Status = NonNullable<Pod['status']>;

function pod(status: Status, rest: Partial<Pod> = {}): Pod {
  return {
    metadata: { name: 'w', ...rest.metadata },
    spec: {
      containers: [{ name: 'worker' }],
      nodeName: 'node-1',
      ...rest.spec,
    },
    status,
  };
}

const container = (
  state: NonNullable<Status['containerStatuses']>[number]['state'],
  restartCount = 0,
) => ({
  name: 'worker',
  image: 'i',
  imageID: 'i',
  ready: false,
  restartCount,
  state,
});

describe('podStateOf', () => {
  it.each<[string, Status, string | undefined, string | undefined]>([
    ['nothing of a pod that runs', { phase: 'Running' }, undefined, undefined],
    [
      'what a container waits for',
      {
        phase: 'Pending',
        containerStatuses: [
          container({
            waiting: { reason: 'ImagePullBackOff', message: 'not found' },
          }),
        ],
      },
      'ImagePullBackOff',
      'not found',
    ],
    [
      'how a container ended',
      {
        phase: 'Failed',
        containerStatuses: [
          container({ terminated: { exitCode: 137, reason: 'OOMKilled' } }),
        ],
      },
      'OOMKilled',
      'exit code 137',
    ],
    [
      'nothing of one that ended well',
      {
        phase: 'Succeeded',
        containerStatuses: [
          container({ terminated: { exitCode: 0, reason: 'Completed' } }),
        ],
      },
      undefined,
      undefined,
    ],
    [
      'why it has no node',
      {
        phase: 'Pending',
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            message: '0/1 nodes are available: 1 Insufficient cpu.',
          },
          { type: 'Ready', status: 'False', reason: 'ContainersNotReady' },
        ],
      },
      'Unschedulable',
      '0/1 nodes are available: 1 Insufficient cpu.',
    ],
    [
      'what the whole pod ran into before what its containers did',
      {
        phase: 'Failed',
        reason: 'Evicted',
        message: 'The node was low on resource: memory.',
        containerStatuses: [container({ terminated: { exitCode: 137 } })],
      },
      'Evicted',
      'The node was low on resource: memory.',
    ],
  ])('says %s', (_, status, reason, message) => {
    expect(podStateOf(pod(status))).toMatchObject({ reason, message });
  });

  it('counts the restarts of all containers and names the node', () => {
    const state = podStateOf(
      pod({
        phase: 'Running',
        containerStatuses: [container({}, 2)],
        initContainerStatuses: [container({}, 1)],
      }),
    );
    expect(state).toMatchObject({
      phase: 'Running',
      restarts: 3,
      node: 'node-1',
    });
  });

  it('says of a pod that is being deleted that it is', () => {
    const deleted = pod(
      { phase: 'Running' },
      { metadata: { deletionTimestamp: new Date(0) } },
    );
    expect(podStateOf(deleted).phase).toBe('Terminating');
  });
});

it('offers the logs of the workers before those of what came first', () => {
  const two = pod(
    {},
    {
      spec: {
        containers: [{ name: 'worker' }, { name: 'proxy' }],
        initContainers: [{ name: 'setup' }],
      },
    },
  );
  expect(containersOf(two)).toEqual(['worker', 'proxy', 'setup']);
});

it.each([
  ['Pending', true],
  ['Running', true],
  ['Succeeded', false],
  ['Failed', false],
])('knows whether a pod that is %s goes on', (phase, alive) => {
  expect(isAlive(pod({ phase }))).toBe(alive);
});
