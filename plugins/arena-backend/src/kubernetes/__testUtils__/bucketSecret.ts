import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { TestCluster } from '@backstage-arena/arena-devcluster';

/** Makes a bucket of the S3 server of the tests. @returns its client, to be destroyed */
export async function createBucket(
  { endpoint, region, accessKeyId, secretAccessKey }: TestCluster['s3'],
  bucket: string,
): Promise<S3Client> {
  const client = new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
  });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return client;
}

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
