import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Cluster } from '../cluster/Cluster';
import { DevCluster } from '../cluster/DevCluster';
import { GivenCluster } from '../cluster/GivenCluster';
import { TestClusterFile } from './TestClusterFile';

/** A cluster for tests. @public */
export interface TestCluster extends TestClusterFile {
  cluster: Cluster;
  /**
   * Makes a namespace that nobody else uses and that is deleted after the last test of the file.
   *
   * @param prefix - what its name begins with
   * @param labels - for example of Pod Security
   * @returns its name
   */
  createNamespace(
    prefix: string,
    labels?: Record<string, string>,
  ): Promise<string>;
  /** Creates or changes objects, as `kubectl apply --server-side`. */
  apply(...objects: object[]): Promise<void>;
  /** Objects as `kubectl get ARGS -o json` has them: one, or a list with `items`. */
  get<T>(...args: string[]): Promise<T>;
}

/**
 * The cluster that `npm test -- --only cluster` has started. To be called outside of tests, at the top of a file `*.cluster.test.ts`.
 *
 * @throws Error when there is none
 * @public
 */
export function useCluster(): TestCluster {
  const file = process.env.ARENA_TEST_CLUSTER;
  if (!file) {
    throw new Error(
      'This test needs a cluster: run it by `npm test -- --only cluster` or `cluster-jobs`, or set ARENA_TEST_CLUSTER to the file that `yarn cluster up --s3` names',
    );
  }
  const told: TestClusterFile = JSON.parse(readFileSync(file, 'utf8'));
  const cluster = told.folder
    ? DevCluster.open(told.folder)
    : new GivenCluster(told);
  const namespaces: string[] = [];
  afterAll(async () => {
    if (namespaces.length === 0) return;
    // It takes seconds, and no test needs to see the end of it.
    await cluster.kubectl([
      ...['delete', 'namespace', '--wait=false', '--ignore-not-found'],
      ...namespaces,
    ]);
  });
  const apply = async (...objects: object[]) => {
    await cluster.kubectl(['apply', '--server-side', '-f', '-'], {
      input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
    });
  };
  return {
    ...told,
    cluster,
    apply,
    async createNamespace(prefix, labels = {}) {
      const name = `${prefix}-${randomBytes(4).toString('hex')}`;
      namespaces.push(name);
      await apply({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name, labels },
      });
      // Pods are refused before.
      await cluster.kubectl([
        ...['wait', '--for=create', 'serviceaccount/default'],
        ...['--timeout=60s', '-n', name],
      ]);
      return name;
    },
    async get(...args) {
      return JSON.parse(await cluster.kubectl(['get', ...args, '-o', 'json']));
    },
  };
}
