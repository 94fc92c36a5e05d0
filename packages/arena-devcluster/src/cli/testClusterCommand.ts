import { InputError } from '@backstage/errors';
import { startCluster } from '../cluster/startCluster';
import { startS3 } from '../s3/startS3';
import { TestClusterFile } from '../testing/TestClusterFile';
import { CRDS, ensureProductImages } from './productImages';
import { serveUntilAsked } from './serve';

/**
 * `test-cluster`: a cluster and an S3 server for a run of tests. Prints what tests are told as one JSON line.
 */
export async function testClusterCommand(): Promise<void> {
  const given = process.env.KUBECONFIG;
  const images = given
    ? { names: givenImages(), files: [] }
    : await ensureProductImages();
  const cluster = await startCluster({
    images: images.files,
    manifests: [CRDS],
  });
  const { hostAddress, kubeconfig } = cluster;
  if (!cluster.own) {
    await cluster.kubectl(['apply', '--server-side', '-f', CRDS]);
  }
  const s3 = await startS3({
    addresses: cluster.own ? ['127.0.0.1', hostAddress] : ['0.0.0.0'],
  });
  const told: TestClusterFile = {
    folder: cluster.folder,
    kubeconfig,
    hostAddress,
    s3: {
      endpoint: s3.endpoint,
      podEndpoint: cluster.hostUrl(s3.port),
      region: s3.region,
      ...s3.credentials,
    },
    images: images.names,
  };
  process.stdout.write(`${JSON.stringify(told)}\n`);
  serveUntilAsked(async () => {
    await s3.stop();
    await cluster.down();
  });
}

/** A cluster of others pulls its images from a registry. */
function givenImages(): TestClusterFile['images'] {
  const { ARENA_WORKER_IMAGE } = process.env;
  if (!ARENA_WORKER_IMAGE) {
    throw new InputError(
      'ARENA_WORKER_IMAGE is not set: with KUBECONFIG it must name a worker image that the cluster can pull',
    );
  }
  return {
    worker: ARENA_WORKER_IMAGE,
    node: 'node:22-slim',
    busybox: 'busybox:1',
  };
}
