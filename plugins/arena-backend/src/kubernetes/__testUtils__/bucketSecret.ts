import { TestCluster } from '@backstage-arena/arena-devcluster';

/** The Secret with which workers write there. */
export function bucketSecret(
  { accessKeyId, secretAccessKey }: TestCluster['s3'],
  metadata: { namespace: string; name: string },
): object {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    stringData: {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    },
  };
}
