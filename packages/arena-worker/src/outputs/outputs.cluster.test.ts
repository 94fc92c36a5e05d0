import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import {
  AddressInfo,
  connect,
  createServer as createRawServer,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createServer } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { loadBundle } from '@backstage-arena/arena-engine';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { S3Server, startS3 } from '@backstage-arena/arena-devcluster';
import { createBucket } from '@backstage-arena/arena-devcluster/s3';
import { RunOutput } from '@backstage-arena/plugin-arena-common';
import { FakeBackend, RUN_ID } from '../__testUtils__/FakeBackend';
import { digestOf, packFolder } from '../__testUtils__/packBundle';
import { runArena, spawnArena } from '../__testUtils__/spawnArena';

const FIXTURE = resolve(__dirname, '../__fixtures__/bundles/greeter');
const FORMATS = ['json', 'junit', 'csv', 'html', 'transcripts'];
const PREFIX = `evals/default/job/${RUN_ID}/`;

jest.setTimeout(600_000);

describe('arena worker with an S3 bucket', () => {
  let server: S3Server;
  let admin: S3Client;

  beforeAll(async () => {
    server = await startS3();
    admin = await createBucket(server, 'results');
  });

  afterAll(async () => {
    admin?.destroy();
    await server?.stop();
  });

  interface WorkerOptions {
    output?: Partial<RunOutput>;
    env?: Record<string, string>;
    allowedHosts?: string[];
    maxUploadBytes?: number;
  }

  /** A backend with a run, and the environment of its workers. */
  async function start(options: WorkerOptions) {
    const content = await packFolder(FIXTURE);
    const plan = (await loadBundle(FIXTURE)).plan({ trials: 20 });
    const backend = await FakeBackend.start({
      plan,
      bundle: content,
      finalize: {
        formats: FORMATS,
        allowedHosts: options.allowedHosts ?? ['127.0.0.1', 'localhost'],
      },
      maxUploadBytes: options.maxUploadBytes,
      pins: {
        source: {
          name: 'greeter',
          uid: 'u',
          revision: 'r',
          digest: digestOf(content),
        },
        arenaFile: 'config.arena.yaml',
        type: 'evaluation',
        compat: false,
        trials: 20,
        outputFormats: FORMATS,
        output: {
          type: 's3',
          bucket: 'results',
          prefix: PREFIX,
          endpoint: server.endpoint,
          credentialSlots: {
            AWS_ACCESS_KEY_ID: 'ARENA_CREDENTIAL_OUTPUT_AWS_ACCESS_KEY_ID',
            AWS_SECRET_ACCESS_KEY:
              'ARENA_CREDENTIAL_OUTPUT_AWS_SECRET_ACCESS_KEY',
          },
          ...options.output,
        } as RunOutput,
        concurrency: 4,
        itemTimeoutMs: 20_000,
        maxAttempts: 3,
        verbose: true,
        engineVersion: plan.engineVersion,
        planVersion: plan.version,
      },
    });
    const env = {
      ...backend.env,
      ARENA_CREDENTIAL_OUTPUT_AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
      ARENA_CREDENTIAL_OUTPUT_AWS_SECRET_ACCESS_KEY:
        server.credentials.secretAccessKey,
      ...options.env,
    };
    return { backend, env };
  }

  async function run(options: WorkerOptions = {}) {
    const { backend, env } = await start(options);
    try {
      return { backend, exit: await runArena(['worker'], { ipc: true, env }) };
    } finally {
      await backend.stop();
    }
  }

  async function read(key: string): Promise<Buffer> {
    const { Body } = await admin.send(
      new GetObjectCommand({ Bucket: 'results', Key: key }),
    );
    return Buffer.from(await Body!.transformToByteArray());
  }

  it('stores all reports, and a manifest that is true of them', async () => {
    const { backend, exit } = await run();
    expect(exit.code).toBe(0);
    expect(backend.finalized).toMatchObject({ ok: true });
    const manifest = JSON.parse(
      (await read(`${PREFIX}manifest.json`)).toString(),
    );
    expect(manifest).toMatchObject({
      runId: RUN_ID,
      source: { name: 'greeter' },
    });
    const { Contents = [] } = await admin.send(
      new ListObjectsV2Command({ Bucket: 'results' }),
    );
    // What was said is for those alone who may read it.
    expect(Contents.map(({ Key }) => Key).sort()).toEqual(
      [...backend.uploads.keys(), 'transcripts.jsonl.gz']
        .map(name => `${PREFIX}${name}`)
        .sort(),
    );
    expect(manifest.files.length).toBe(Contents.length - 1);
    for (const { name, size, digest } of manifest.files) {
      const content = await read(`${PREFIX}${name}`);
      const kept = backend.uploads.get(name) ?? content;
      expect(content.equals(kept)).toBe(true);
      expect({ size, digest }).toEqual({
        size: content.length,
        digest: `sha256:${createHash('sha256').update(content).digest('hex')}`,
      });
    }
  });

  it('stores what was said, line by line, and what is too large for the portal', async () => {
    const prefix = 'large/';
    const { backend, exit } = await run({
      output: { prefix },
      maxUploadBytes: 6_000,
    });
    expect(exit.code).toBe(0);
    const { files } = backend.finalized as { files: Array<{ name: string }> };
    expect(backend.finalized).toMatchObject({ ok: true });
    expect(files.map(({ name }) => name)).toContain('manifest.json');
    expect(files.map(({ name }) => name)).not.toContain('results.json');
    const { items } = JSON.parse(
      (await read(`${prefix}results.json`)).toString(),
    );
    const lines = gunzipSync(await read(`${prefix}transcripts.jsonl.gz`))
      .toString()
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(lines).toHaveLength(items.length);
    expect(lines[0]).toMatchObject({
      scenario: items[0].scenario,
      messages: expect.arrayContaining([
        expect.objectContaining({ role: 'assistant' }),
      ]),
    });
  });

  it('is followed by another worker when it is killed in the middle, which overwrites nothing', async () => {
    let stuck = () => {};
    const isStuck = new Promise<void>(done => {
      stuck = done;
    });
    let isOpen = false;
    // It takes the first report, and lets nothing of the second through.
    const front = createRawServer(socket => {
      const upstream = connect(server.port, '127.0.0.1');
      socket.on('data', chunk => {
        if (isOpen || !chunk.includes('PUT /results/killed/junit.xml')) {
          upstream.write(chunk);
        } else stuck();
      });
      upstream.pipe(socket);
      socket.on('error', () => upstream.destroy());
      socket.on('close', () => upstream.destroy());
      upstream.on('error', () => socket.destroy());
    });
    await new Promise<void>(done => front.listen(0, '127.0.0.1', done));
    const { port } = front.address() as AddressInfo;
    const { backend, env } = await start({
      output: { prefix: 'killed/', endpoint: `http://127.0.0.1:${port}` },
    });
    const written = async (name: string) =>
      (
        await admin.send(
          new HeadObjectCommand({ Bucket: 'results', Key: `killed/${name}` }),
        )
      ).LastModified;
    try {
      const first = spawnArena(['worker'], { ipc: true, env });
      await isStuck;
      first.child.kill('SIGKILL');
      await first.exited;
      const before = await written('results.json');
      isOpen = true;
      const second = await runArena(['worker'], {
        ipc: true,
        env: { ...env, ARENA_WORKER_ID: 'worker-1' },
      });
      expect(second.code).toBe(0);
      expect(backend.finalized).toMatchObject({ ok: true });
      expect(await written('results.json')).toEqual(before);
      expect(await written('manifest.json')).toBeDefined();
    } finally {
      front.close();
      await backend.stop();
    }
  });

  it('asks nobody whom the administrator does not allow', async () => {
    const { backend, exit } = await run({ allowedHosts: [] });
    expect(exit.code).toBe(0);
    expect(backend.finalized).toMatchObject({
      ok: false,
      message: expect.stringContaining(
        'spec.output.s3.endpoint: 127.0.0.1 is not on the public internet',
      ),
    });
  });

  it('keeps the reports in the backend when the bucket is not there', async () => {
    const { backend, exit } = await run({ output: { bucket: 'missing' } });
    expect(exit.code).toBe(0);
    expect(backend.finalized).toMatchObject({
      ok: false,
      message: expect.stringContaining(
        "the bucket 'missing' does not exist (NoSuchBucket)",
      ),
    });
    expect(
      (backend.finalized as { files: Array<{ name: string }> }).files.map(
        each => each.name,
      ),
    ).toEqual([...backend.uploads.keys()]);
    expect(backend.uploads.has('manifest.json')).toBe(true);
  });

  it('trusts the CA that it is given, and no other', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'output-tls-'));
    const certificate = join(folder, 'tls.crt');
    const key = join(folder, 'tls.key');
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-nodes', '-days', '1'],
        ...['-pkeyopt', 'ec_paramgen_curve:P-256', '-subj', '/CN=localhost'],
        ...['-addext', 'subjectAltName=DNS:localhost'],
        ...['-keyout', key, '-out', certificate],
      ],
      { stdio: 'ignore' },
    );
    // What goes in encrypted comes out as the server wants it.
    const front = createServer(
      { cert: readFileSync(certificate), key: readFileSync(key) },
      socket => {
        const upstream = connect(server.port, '127.0.0.1');
        socket.pipe(upstream).pipe(socket);
        socket.on('error', () => upstream.destroy());
        upstream.on('error', () => socket.destroy());
      },
    );
    front.on('tlsClientError', () => {});
    await new Promise<void>(done => front.listen(0, done));
    const { port } = front.address() as AddressInfo;
    try {
      const output = {
        endpoint: `https://localhost:${port}`,
        prefix: 'encrypted/',
      };
      const trusting = await run({
        output,
        env: { NODE_EXTRA_CA_CERTS: certificate },
      });
      expect(trusting.backend.finalized).toMatchObject({ ok: true });
      expect(
        JSON.parse((await read('encrypted/manifest.json')).toString()).runId,
      ).toBe(RUN_ID);
      const careful = await run({ output });
      expect(careful.backend.finalized).toMatchObject({
        ok: false,
        message: expect.stringMatching(
          /^s3:\/\/results\/encrypted\/results\.json at https:\/\/localhost:\d+ was not written: there was no answer \(.*self-signed certificate/,
        ),
      });
    } finally {
      front.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('says nothing of the secret', async () => {
    const { exit } = await run({
      env: { ARENA_CREDENTIAL_OUTPUT_AWS_SECRET_ACCESS_KEY: 'wrong-secret-1' },
    });
    expect(exit.stderr).toContain('SignatureDoesNotMatch');
    expect(exit.stderr).not.toContain('wrong-secret-1');
  });
});
