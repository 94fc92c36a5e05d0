import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { S3Credentials, S3Server, startS3 } from './startS3';

describe('startS3', () => {
  let server: S3Server;
  const clients: S3Client[] = [];
  beforeAll(async () => {
    server = await startS3({ progress: () => {} });
  }, 180_000);
  afterAll(async () => {
    clients.forEach(client => client.destroy());
    await server?.stop();
  });

  function clientOf(credentials: S3Credentials) {
    const { endpoint, region } = server;
    const client = new S3Client({
      ...{ endpoint, region, credentials, forcePathStyle: true },
    });
    clients.push(client);
    return client;
  }

  it('should keep objects, and refuse to overwrite them when told so', async () => {
    const client = clientOf(server.credentials);
    await client.send(new CreateBucketCommand({ Bucket: 'results' }));
    const place = { Bucket: 'results', Key: 'runs/1/summary.json' };
    const put = new PutObjectCommand({
      ...{ ...place, Body: '{"passed":1}', IfNoneMatch: '*' },
    });
    await client.send(put);
    const read = await client.send(new GetObjectCommand(place));
    expect(await read.Body?.transformToString()).toBe('{"passed":1}');
    await expect(client.send(put)).rejects.toMatchObject({
      $metadata: { httpStatusCode: 412 },
    });
  });

  it('should refuse wrong secrets, and users without rights', async () => {
    const list = new GetObjectCommand({ Bucket: 'results', Key: 'x' });
    const wrong = { ...server.credentials, secretAccessKey: 'wrong' };
    await expect(clientOf(wrong).send(list)).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
    const reader = { accessKeyId: 'reader', secretAccessKey: 'reader-secret' };
    await server.createUser(reader);
    await expect(clientOf(reader).send(list)).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it('should leave nothing when it stops', async () => {
    await server.stop();
    await expect(fetch(server.endpoint)).rejects.toThrow();
    expect(existsSync(`/proc/${server.process.pid}`)).toBe(false);
  });

  it('should stop to the end in a process that has nothing else to do', () => {
    const script = `
      require(${JSON.stringify(join(__dirname, 'startS3.ts'))})
        .startS3({ progress: () => {} })
        .then(server => server.stop())
        .then(() => console.log('stopped'));
    `;
    const transform = require.resolve(
      '@backstage/cli/config/nodeTransform.cjs',
    );
    const output = execFileSync(
      process.execPath,
      ['--require', transform, '--eval', script],
      { encoding: 'utf8', timeout: 60_000 },
    );
    expect(output).toBe('stopped\n');
  }, 60_000);
});
