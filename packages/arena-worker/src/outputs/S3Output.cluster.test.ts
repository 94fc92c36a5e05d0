import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, Server } from 'node:http';
import {
  AddressInfo,
  connect,
  createServer as createRawServer,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { S3Server, startS3 } from '@backstage-arena/arena-devcluster';
import { createBucket } from '@backstage-arena/arena-devcluster/s3';
import { OutputError } from './OutputStore';
import { S3Output, S3OutputOptions } from './S3Output';

const MIB = 1024 * 1024;
const PREFIX = 'evals/ns/job/uid-1/';
const signal = new AbortController().signal;

jest.setTimeout(600_000);

/** What this process has open. */
function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap(fd => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      // That of the reading itself.
      return [];
    }
  });
}

describe('S3Output', () => {
  let folder: string;
  let server: S3Server;
  let admin: S3Client;
  const cleanups: Array<() => unknown> = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 's3-output-'));
    server = await startS3({ folder: join(folder, 'server') });
    admin = await createBucket(server, 'results');
  });

  afterAll(async () => {
    admin?.destroy();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  function output(options: Partial<S3OutputOptions> = {}) {
    const result = new S3Output({
      bucket: 'results',
      prefix: PREFIX,
      runId: 'run-1',
      endpoint: server.endpoint,
      allowedHosts: ['127.0.0.1', 'localhost'],
      credentials: server.credentials,
      ...options,
    });
    cleanups.push(() => result.close());
    return result;
  }

  async function file(name: string, content: string | Buffer) {
    const path = join(folder, name);
    await writeFile(path, content);
    return {
      name,
      path,
      size: Buffer.byteLength(content),
      digest: `sha256:${createHash('sha256').update(content).digest('hex')}`,
      contentType: 'application/json',
    };
  }

  async function stored(name: string, prefix = PREFIX): Promise<Buffer> {
    const { Body } = await admin.send(
      new GetObjectCommand({ Bucket: 'results', Key: `${prefix}${name}` }),
    );
    return Buffer.from(await Body!.transformToByteArray());
  }

  const failure = async (options: Partial<S3OutputOptions>) => {
    const report = await file('refused.json', '{}');
    const error = await output(options)
      .put(report, signal)
      .catch(reason => reason);
    expect(error).toBeInstanceOf(OutputError);
    return (error as OutputError).message;
  };

  it('stores a file under its prefix, and the same once more', async () => {
    const target = output();
    await target.open();
    await target.put(await file('results.json', '{"first":1}'), signal);
    await target.put(await file('results.json', '{"first":1}'), signal);
    await target.finish();
    expect(target.url).toBe(`s3://results/${PREFIX}`);
    expect((await stored('results.json')).toString()).toBe('{"first":1}');
    const head = await admin.send(
      new HeadObjectCommand({
        Bucket: 'results',
        Key: `${PREFIX}results.json`,
      }),
    );
    expect(head.ContentType).toBe('application/json');
  });

  it('stores what is larger than a part, and an empty file', async () => {
    const content = randomBytes(20 * MIB + 7);
    await output().put(await file('large.bin', content), signal);
    expect((await stored('large.bin')).equals(content)).toBe(true);
    await output().put(await file('empty.csv', ''), signal);
    expect(await stored('empty.csv')).toHaveLength(0);
  });

  it('replaces what an earlier try of the run left unfinished, and leaves alone what it finished', async () => {
    const prefix = 'evals/ns/job/uid-2/';
    const large = [randomBytes(9 * MIB), randomBytes(9 * MIB)];
    const attempt = async (version: number, names: string[]) => {
      const target = output({ prefix });
      await target.open();
      for (const name of names) {
        const content =
          name === 'large.bin' ? large[version % 2] : `${name} ${version}`;
        await target.put(await file(name, content), signal);
      }
      await target.finish();
    };
    const all = ['small.json', 'large.bin', 'manifest.json'];
    const texts = async () => [
      String(await stored('small.json', prefix)),
      (await stored('large.bin', prefix)).equals(large[0]),
      String(await stored('manifest.json', prefix)),
    ];
    await attempt(1, ['small.json', 'large.bin']);
    await attempt(2, all);
    expect(await texts()).toEqual(['small.json 2', true, 'manifest.json 2']);
    await attempt(3, all);
    expect(await texts()).toEqual(['small.json 2', true, 'manifest.json 2']);
    const { Uploads = [] } = await admin.send(
      new ListMultipartUploadsCommand({ Bucket: 'results' }),
    );
    expect(Uploads).toEqual([]);
  });

  it('never replaces an object of others, in one piece or in parts', async () => {
    for (const content of ['one', randomBytes(9 * MIB)]) {
      const name = `kept-${content.length}.bin`;
      const theirs = await file(name, content);
      await output().put(theirs, signal);
      const refused = async (options: Partial<S3OutputOptions>) => {
        const other = await file(name, randomBytes(content.length));
        return output(options).put(other, signal);
      };
      await expect(refused({ runId: 'run-2' })).rejects.toThrow(
        `s3://results/${PREFIX}${name} was not written: there is an object already, and nothing is overwritten; it is of the run 'run-1': remove it or choose another spec.output.s3.prefix`,
      );
      expect((await stored(name)).equals(Buffer.from(content))).toBe(true);
    }
    await admin.send(
      new PutObjectCommand({
        Bucket: 'results',
        Key: `${PREFIX}foreign.txt`,
        Body: 'foreign',
      }),
    );
    await expect(
      output().put(await file('foreign.txt', 'ours'), signal),
    ).rejects.toThrow('it is not of this run');
    expect((await stored('foreign.txt')).toString()).toBe('foreign');
    const { Uploads = [] } = await admin.send(
      new ListMultipartUploadsCommand({ Bucket: 'results' }),
    );
    expect(Uploads).toEqual([]);
  });

  it('reaches no address that the administrator did not allow', async () => {
    const inside = output({ allowedHosts: [] });
    await expect(inside.open()).rejects.toThrow(
      'spec.output.s3.endpoint: 127.0.0.1 is not on the public internet, and arena.network.allow of app-config does not list it',
    );
    const named = output({
      endpoint: `http://localhost:${server.port}`,
      allowedHosts: [],
    });
    // A name is looked at where it is resolved.
    await named.open();
    await expect(
      named.put(await file('named.json', '{}'), signal),
    ).rejects.toThrow(
      /was not written: spec\.output\.s3\.endpoint: localhost is not on the public internet/,
    );
  });

  it('says what was sent in vain when the server is killed in the middle, and goes on when it is back', async () => {
    const place = { folder: join(folder, 'killed') };
    let own = await startS3(place);
    const { port, endpoint } = own;
    cleanups.push(() => own.stop());
    const client = await createBucket(own, 'results');
    cleanups.push(() => client.destroy());
    const report = await file('cut.bin', randomBytes(64 * MIB));
    const target = output({ endpoint, maxAttempts: 2 });
    const putting = target.put(report, signal).catch(error => error);
    for (;;) {
      const { Uploads } = await client.send(
        new ListMultipartUploadsCommand({ Bucket: 'results' }),
      );
      if (Uploads?.length) break;
    }
    process.kill(own.process.pid, 'SIGKILL');
    const error = await putting;
    expect(error).toBeInstanceOf(OutputError);
    expect(error.message).toContain('was not written: there was no answer');
    await own.stop();
    own = await startS3({ ...place, port });
    const again = output({ endpoint });
    await again.put(report, signal);
    const { ContentLength } = await client.send(
      new HeadObjectCommand({ Bucket: 'results', Key: `${PREFIX}cut.bin` }),
    );
    expect(ContentLength).toBe(report.size);
  });

  it('lets the server notice what was changed on the way', async () => {
    const { hostname, port } = new URL(server.endpoint);
    // As a faulty network would: what goes up is not what was sent.
    const front = createRawServer(socket => {
      const upstream = connect(Number(port), hostname);
      socket.on('data', (chunk: Buffer) => {
        const at = chunk.indexOf('PRECIOUS');
        if (at >= 0) chunk.write('WORTHLES', at);
        upstream.write(chunk);
      });
      upstream.pipe(socket);
      socket.on('error', () => upstream.destroy());
      upstream.on('error', () => socket.destroy());
    });
    await new Promise<void>(done => front.listen(0, '127.0.0.1', done));
    cleanups.push(() => front.close());
    const { port: changed } = front.address() as AddressInfo;
    const endpoint = `http://127.0.0.1:${changed}`;
    for (const size of [100, 9 * MIB]) {
      const name = `changed-${size}.txt`;
      const content = Buffer.alloc(size, 'x');
      content.write('PRECIOUS', size / 2);
      const target = output({ endpoint, maxAttempts: 2 });
      await expect(
        target.put(await file(name, content), signal),
      ).rejects.toThrow(OutputError);
      target.close();
      await expect(stored(name)).rejects.toThrow();
    }
  });

  it('stops when told, and leaves no parts behind', async () => {
    const abort = new AbortController();
    const report = await file('stopped.bin', randomBytes(40 * MIB));
    const target = output();
    const putting = target.put(report, abort.signal);
    for (;;) {
      const { Uploads } = await admin.send(
        new ListMultipartUploadsCommand({ Bucket: 'results' }),
      );
      if (Uploads?.length) break;
    }
    expect(openFiles()).toContain(report.path);
    abort.abort(new Error('The lease is lost'));
    await expect(putting).rejects.toThrow();
    expect(openFiles()).not.toContain(report.path);
    const { Contents } = await admin.send(
      new ListObjectsV2Command({ Bucket: 'results', Prefix: PREFIX }),
    );
    expect(Contents?.map(({ Key }) => Key)).not.toContain(
      `${PREFIX}stopped.bin`,
    );
    const { Uploads = [] } = await admin.send(
      new ListMultipartUploadsCommand({ Bucket: 'results' }),
    );
    expect(Uploads).toEqual([]);
  });

  it('names the object and the server of a bucket that is not there', async () => {
    expect(await failure({ bucket: 'missing' })).toBe(
      `s3://missing/${PREFIX}refused.json at ${server.endpoint} was not written: spec.output.s3.bucket: the bucket 'missing' does not exist (NoSuchBucket)`,
    );
  });

  it('says that a user has no rights', async () => {
    const credentials = {
      accessKeyId: 'reader',
      secretAccessKey: 'reader-secret',
    };
    await server.createUser(credentials);
    expect(await failure({ credentials })).toMatch(
      /^s3:\/\/results\/evals\/ns\/job\/uid-1\/refused\.json at http.* was not written: spec.output.s3.secretRef: the credentials do not allow s3:PutObject there \(AccessDenied: /,
    );
  });

  it.each([
    [{ secretAccessKey: 'wrong' }, 'SignatureDoesNotMatch'],
    [{ accessKeyId: 'nobody' }, 'InvalidAccessKeyId'],
  ])('says that credentials with %j are wrong', async (part, code) => {
    const message = await failure({
      credentials: { ...server.credentials, ...part },
    });
    expect(message).toContain(`the credentials are not valid (${code}`);
    expect(message).not.toContain(server.credentials.secretAccessKey);
  });

  it('says that the region is wrong', async () => {
    const message = await failure({ region: 'eu-north-1' });
    expect(message).toContain(
      "spec.output.s3.region is 'eu-north-1', which is not the region of the bucket",
    );
    expect(message).toContain('us-east-1');
  });

  it('says that nobody answers', async () => {
    const closed = await listen(createServer());
    const { port } = closed.address() as AddressInfo;
    await new Promise(resolve => closed.close(resolve));
    expect(
      await failure({ endpoint: `http://127.0.0.1:${port}`, maxAttempts: 2 }),
    ).toMatch(/was not written: there was no answer \(.*ECONNREFUSED/);
  });

  it('outlives a restart of the server', async () => {
    const second = { folder: join(folder, 'second') };
    let own = await startS3(second);
    const { port } = own;
    const client = new S3Client({
      endpoint: own.endpoint,
      region: own.region,
      credentials: own.credentials,
      forcePathStyle: true,
    });
    cleanups.push(
      () => client.destroy(),
      () => own.stop(),
    );
    await client.send(new CreateBucketCommand({ Bucket: 'results' }));
    await own.stop();
    const putting = output({ endpoint: own.endpoint }).put(
      await file('late.json', '{"late":true}'),
      signal,
    );
    own = await startS3({ ...second, port });
    await putting;
    const { Body } = await client.send(
      new GetObjectCommand({ Bucket: 'results', Key: `${PREFIX}late.json` }),
    );
    expect(await Body!.transformToString()).toBe('{"late":true}');
  });

  it('goes through the proxy of the environment, unless told not to', async () => {
    const { hostname, port } = new URL(server.endpoint);
    const tunnels: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      tunnels.push(request.url!);
      const upstream = connect(Number(port), hostname, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
    });
    await listen(proxy);
    cleanups.push(() => proxy.close());
    const before = { ...process.env };
    cleanups.push(() => {
      process.env = before;
    });
    process.env.HTTP_PROXY = `http://127.0.0.1:${
      (proxy.address() as AddressInfo).port
    }`;
    delete process.env.http_proxy;
    delete process.env.no_proxy;
    process.env.NO_PROXY = 'elsewhere.example';
    const report = await file('proxied.json', '{"proxied":true}');
    // Only the proxy knows where this is.
    await output({
      endpoint: 'http://s3.somewhere.example:9000',
      prefix: 'proxied/',
      allowedHosts: [],
    }).put(report, signal);
    expect((await stored('proxied.json', 'proxied/')).toString()).toBe(
      '{"proxied":true}',
    );
    expect(tunnels).toEqual(['s3.somewhere.example:9000']);
    const inside = output({ endpoint: 'http://s3.internal:9000' });
    await expect(inside.open()).rejects.toThrow(
      /^spec\.output\.s3\.endpoint: s3\.internal is not on the public internet/,
    );

    process.env.NO_PROXY = '127.0.0.1';
    await output().put(report, signal);
    expect(tunnels).toHaveLength(1);
  });
});

async function listen(server: Server): Promise<Server> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return server;
}
