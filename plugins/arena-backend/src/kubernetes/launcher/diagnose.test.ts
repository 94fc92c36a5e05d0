import { createJob, createPod, NOW } from './__testUtils__/pools';
import { diagnose } from './diagnose';
import { poolStatus } from './poolStatus';
import { creationProblem } from './WarningEvents';
import { WorkerPodObject } from './WorkerObjects';

const failed = (
  terminated: object,
  more: { finishedAt?: string; status?: object; name?: string } = {},
) =>
  createPod({
    name: more.name,
    status: { phase: 'Failed', ...more.status },
    state: {
      terminated: {
        exitCode: 1,
        finishedAt: more.finishedAt ?? '2026-11-26T11:59:59Z',
        ...terminated,
      },
    },
  });
const running = (name: string) =>
  createPod({
    name,
    state: { running: { startedAt: '2026-11-26T11:59:40Z' } },
  });
const look = (pods: WorkerPodObject[], job = createJob()) =>
  diagnose({ job, pods, now: NOW });

describe('diagnose', () => {
  it('finds nothing wrong with a pool that works, or is about to', () => {
    expect(look([running('a')])).toBeUndefined();
    expect(
      look([
        createPod({ state: { waiting: { reason: 'ContainerCreating' } } }),
      ]),
    ).toBeUndefined();
    expect(look([])).toBeUndefined();
  });

  it('says one thing of an image that is pulled again and again', () => {
    const messages = [
      ['ErrImagePull', 'failed to pull "x": not found'],
      [
        'ImagePullBackOff',
        'Back-off pulling image "x": ErrImagePull: failed to pull "x": not found',
      ],
    ].map(([reason, message]) =>
      look([createPod({ state: { waiting: { reason, message } } })]),
    );
    expect(messages[0]).toEqual(messages[1]);
    expect(messages[0]).toMatchObject({
      reason: 'ImagePullBackOff',
      severity: 'stuck',
      message:
        'The worker image cannot be pulled: failed to pull "x": not found',
    });
  });

  it('tells a worker out of memory, with what it was when its Job is given up', () => {
    const pod = failed({ exitCode: 137, reason: 'OOMKilled' });
    expect(look([pod])).toMatchObject({
      reason: 'OOMKilled',
      severity: 'passing',
    });
    const job = createJob({
      status: {
        conditions: [
          {
            type: 'Failed',
            status: 'True',
            reason: 'BackoffLimitExceeded',
            message: 'Job has reached the specified backoff limit',
          },
        ],
      },
    });
    expect(look([pod], job)).toMatchObject({
      reason: 'BackoffLimitExceeded',
      severity: 'over',
      message: expect.stringMatching(/backoff limit\. Worker pod .* memory/),
    });
  });

  it('forgets a failure once enough others work and it is a while ago', () => {
    const old = { finishedAt: '2026-11-26T11:50:00Z' };
    expect(look([failed({}, old), running('b')])).toBeUndefined();
    expect(look([failed({}, old)])).toMatchObject({ reason: 'WorkerFailed' });
    expect(look([failed({}), running('b')])).toBeDefined();
  });

  it('takes a drained worker for no failure, but an evicted one for what it is', () => {
    expect(look([failed({ exitCode: 143 })])).toBeUndefined();
    const evicted = failed(
      { exitCode: 143 },
      { status: { reason: 'Evicted', message: 'The node was low on disk' } },
    );
    expect(look([evicted])).toMatchObject({
      reason: 'Evicted',
      message: expect.stringContaining('The node was low on disk'),
    });
  });

  it('quotes the last words of a worker', () => {
    const log = `${JSON.stringify({
      level: 'info',
      message: 'first',
    })}\n${JSON.stringify({
      level: 'error',
      message: 'The backend has not answered for 900 s',
    })}\n`;
    expect(look([failed({ message: log })])).toMatchObject({
      reason: 'BackendUnreachable',
      message: expect.stringMatching(/code 1: The backend has not answered/),
    });
    expect(look([failed({ message: 'Segmentation fault' })])).toMatchObject({
      reason: 'WorkerFailed',
      message: expect.stringContaining('Segmentation fault'),
    });
  });

  it('says what the scheduler says, and what of it does not pass', () => {
    const unscheduled = (message: string) =>
      look([
        createPod({
          status: {
            phase: 'Pending',
            conditions: [
              {
                type: 'PodScheduled',
                status: 'False',
                reason: 'Unschedulable',
                message,
              },
            ],
          },
        }),
      ]);
    expect(unscheduled('0/3 nodes: 3 Insufficient cpu.')).toMatchObject({
      reason: 'Unschedulable',
      severity: 'passing',
    });
    expect(
      unscheduled('persistentvolumeclaim "results" not found'),
    ).toMatchObject({ reason: 'ClaimNotFound', severity: 'stuck' });
  });

  it('takes a pod that nobody ends for lost, and does not count it as a worker', () => {
    const pod = createPod({
      metadata: { deletionTimestamp: '2026-11-26T11:58:00Z' },
      state: { running: { startedAt: '2026-11-26T11:00:00Z' } },
    });
    const job = createJob({ spec: { parallelism: 3 } });
    expect(look([pod], job)).toMatchObject({ reason: 'NodeLost' });
    expect(poolStatus(job, [pod], NOW)).toMatchObject({
      active: 0,
      replicas: 2,
    });
  });

  it('waits for whoever has suspended the Job', () => {
    expect(look([], createJob({ spec: { suspend: true } }))).toMatchObject({
      reason: 'WorkersSuspended',
      severity: 'passing',
    });
  });
});

describe('creationProblem', () => {
  it.each([
    [
      'pods "x-1" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1',
      'QuotaExceeded',
      'passing',
    ],
    [
      'pods "x-2" is forbidden: violates PodSecurity "restricted:latest": hostPath volumes',
      'PodSecurityViolation',
      'stuck',
    ],
    [
      'pods "x-3" is forbidden: error looking up service account team/nobody: serviceaccount "nobody" not found',
      'ServiceAccountNotFound',
      'stuck',
    ],
    [
      'admission webhook "policy.example.com" denied the request: no',
      'AdmissionDenied',
      'stuck',
    ],
    [
      'pods "x-4" is forbidden: maximum memory usage per Container is 1Gi',
      'PodsNotCreated',
      'stuck',
    ],
  ])('understands %s', (message, reason, severity) => {
    const problem = creationProblem(message);
    expect(problem).toMatchObject({ reason, severity });
    expect(problem.message).not.toMatch(/x-\d/);
  });
});
