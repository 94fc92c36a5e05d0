import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { S3Server } from './startS3';

/**
 * Makes a bucket.
 *
 * @returns a client of the server, to be destroyed
 * @public
 */
export async function createBucket(
  server: Pick<S3Server, 'endpoint' | 'region' | 'credentials'>,
  bucket: string,
): Promise<S3Client> {
  const { endpoint, region, credentials } = server;
  const client = new S3Client({
    endpoint,
    region,
    credentials,
    forcePathStyle: true,
  });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return client;
}
