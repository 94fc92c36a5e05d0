import { ConfigReader } from '@backstage/config';
import { readClusters } from './readClusters';

const MINIMAL = {
  name: 'prod',
  connection: { type: 'inCluster' },
  worker: {
    image: 'registry.example.com/arena-worker:0.1.0',
    backendUrl: 'https://portal.example.com/api/arena/worker/v1/',
  },
};

const read = (...clusters: object[]) =>
  readClusters(
    new ConfigReader({ clusters: JSON.parse(JSON.stringify(clusters)) }),
    '/portal',
  );

describe('readClusters', () => {
  it('has none by default', () => {
    expect(readClusters(undefined, '/portal')).toEqual([]);
    expect(readClusters(new ConfigReader({}), '/portal')).toEqual([]);
  });

  it('fills in what is not said', () => {
    expect(read(MINIMAL)).toEqual([
      {
        name: 'prod',
        connection: { type: 'inCluster' },
        foreignStatuses: [],
        leaderElection: {
          leaseDuration: 15_000,
          renewDeadline: 10_000,
          retryPeriod: 2_000,
        },
        worker: {
          image: 'registry.example.com/arena-worker:0.1.0',
          backendUrl: 'https://portal.example.com/api/arena/worker/v1',
          imagePullSecrets: [],
          resources: {
            requests: { cpu: '100m', memory: '192Mi' },
            limits: { memory: '512Mi' },
          },
          nodeSelector: {},
          tolerations: [],
          podOverrides: [
            'priorityClassName',
            'labels',
            'annotations',
            'nodeSelector',
            'tolerations',
            'affinity',
            'resources',
            'imagePullSecrets',
          ],
        },
      },
    ]);
  });

  it.each<[string, object, string]>([
    [
      'a name that stands for the database',
      { name: 'embedded' },
      "arena.clusters[0].name: 'embedded' is the name of the objects in the database",
    ],
    [
      'a name that cannot be part of an address',
      { name: 'Prod EU' },
      "arena.clusters[0].name: 'Prod EU' is not a DNS label",
    ],
    [
      'no image',
      { worker: { backendUrl: 'https://x.example' } },
      "arena.clusters[0].worker.image: 'undefined'",
    ],
    [
      'an address of the backend that is none',
      { worker: { ...MINIMAL.worker, backendUrl: 'portal' } },
      "arena.clusters[0].worker.backendUrl: 'portal' is not an http or https URL",
    ],
    [
      'a connection of an unknown type',
      { connection: { type: 'magic' } },
      'arena.clusters[0].connection.type',
    ],
    [
      'a misspelt key',
      { worker: { ...MINIMAL.worker, nodeselector: {} } },
      'Unknown key in config at arena.clusters[0].worker: nodeselector',
    ],
    [
      'a lease that ends before its holder gives up',
      { leaderElection: { leaseDuration: '8s' } },
      "arena.clusters[0].leaderElection.leaseDuration: '8s' must be more than renewDeadline",
    ],
    [
      'a lease that is renewed too late',
      { leaderElection: { retryPeriod: '6s' } },
      "arena.clusters[0].leaderElection.retryPeriod: '6s' must be more than 0, and at most half of renewDeadline",
    ],
    [
      'a lease of less than whole seconds',
      { leaderElection: { leaseDuration: '12500ms' } },
      "arena.clusters[0].leaderElection.leaseDuration: '12500ms' must be whole seconds, at least 1s",
    ],
    [
      'a time without unit',
      { leaderElection: { leaseDuration: '15' } },
      "arena.clusters[0].leaderElection.leaseDuration: '15' is not a duration such as 15s or 1m",
    ],
    [
      'a field of pods that does not exist',
      { worker: { ...MINIMAL.worker, podOverrides: ['hostNetwork'] } },
      "arena.clusters[0].worker.podOverrides[0]: 'hostNetwork'",
    ],
    [
      'a limit that is no quantity',
      {
        worker: {
          ...MINIMAL.worker,
          resources: { limits: { memory: 'much' } },
        },
      },
      "arena.clusters[0].worker.resources.limits.memory: 'much' is not a quantity",
    ],
  ])('refuses %s', (_, change, message) => {
    expect(() => read({ ...MINIMAL, ...change })).toThrow(message);
  });

  it('takes names of objects with dots in them, and no others', () => {
    const names = {
      serviceAccountName: 'arena.workers',
      imagePullSecrets: ['registry.example.com'],
    };
    const worker = { ...MINIMAL.worker, ...names };
    expect(read({ ...MINIMAL, worker })[0].worker).toMatchObject(names);
    for (const name of ['a..b', 'A', '-a', 'a'.repeat(254)]) {
      const change = { worker: { ...worker, imagePullSecrets: [name] } };
      expect(() => read({ ...MINIMAL, ...change })).toThrow(
        `arena.clusters[0].worker.imagePullSecrets[0]: '${name}' is not a DNS subdomain`,
      );
    }
  });

  it('finds files from where the backend was started', () => {
    const connection = { type: 'kubeconfig', path: 'secrets/kubeconfig' };
    expect(read({ ...MINIMAL, connection })[0].connection).toEqual({
      type: 'kubeconfig',
      path: '/portal/secrets/kubeconfig',
    });
  });

  it('never tells a token', () => {
    const connection = { type: 'direct', url: 'https://k8s.example', token: 5 };
    expect(() => read({ ...MINIMAL, connection })).toThrow(
      /^(?!.*5).*connection\.token/,
    );
  });

  it('refuses two of the same name', () => {
    expect(() => read(MINIMAL, MINIMAL)).toThrow(
      "arena.clusters: two clusters have the name 'prod'",
    );
  });
});
