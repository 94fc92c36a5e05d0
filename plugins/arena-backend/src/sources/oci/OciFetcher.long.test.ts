import {
  RegistryServer,
  startRegistry,
  TestCertificate,
  createCertificate,
  whyNoRegistry,
} from '@backstage-arena/arena-devcluster';
import { createSign, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import {
  createServer as createHttpsServer,
  request as httpsRequest,
  Server,
} from 'node:https';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  policyOf,
  secretsOf,
  sourceOf,
  unpack,
} from '../__testUtils__/sources';
import {
  digestOf,
  fileLayer,
  imageLayer,
  INDEX,
  MANIFEST,
  TAR_GZIP,
  tarOf,
  TestArtifacts,
  TestEntry,
} from '../__testUtils__/TestArtifacts';
import { WorkspaceLimits } from '../workspace/WorkspaceLimits';
import { OciFetcher } from './OciFetcher';

jest.setTimeout(60_000);

const { signal } = new AbortController();
const reason = whyNoRegistry();
const whenRegistry = reason ? describe.skip : describe;

whenRegistry(`OciFetcher${reason ? ` (${reason})` : ''}`, () => {
  let temporaryDirectory: string;
  let registry: RegistryServer;
  let artifacts: TestArtifacts;
  let count = 0;
  let repository: string;

  beforeAll(async () => {
    temporaryDirectory = mkdtempSync(join(tmpdir(), 'arena-oci-'));
    registry = await startRegistry();
  });
  afterAll(async () => {
    await registry?.stop();
    const left = readdirSync(temporaryDirectory);
    rmSync(temporaryDirectory, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`Left behind: ${left.join(', ')}`);
  });
  beforeEach(() => {
    repository = `team/bundle-${(count += 1)}`;
    artifacts = new TestArtifacts({ ...registry, repository });
  });

  interface FetchOptions {
    secret?: Record<string, string>;
    allow?: string[];
    limits?: Partial<WorkspaceLimits>;
    insecure?: boolean;
    host?: string;
  }

  const start = (reference: string, options: FetchOptions = {}) => {
    const { secret = { 'ca.crt': registry.ca }, allow = ['localhost'] } =
      options;
    const fetcher = new OciFetcher({
      secrets: secretsOf({ login: secret }, ['localhost']),
      policy: policyOf(...allow),
      temporaryDirectory,
      limits: options.limits,
    });
    const host = options.host ?? registry.host;
    return fetcher.fetch(
      sourceOf({
        type: 'oci',
        oci: {
          url: `oci://${host}/${repository}${reference}`,
          secretRef: { name: 'login' },
          insecure: options.insecure ?? false,
        },
      }),
      { signal },
    );
  };
  const fetch = async (reference: string, options?: FetchOptions) => {
    const fetched = await start(reference, options);
    return { revision: fetched.revision, files: await unpack(fetched) };
  };

  it('takes files as oras pushes them, by tag and by digest', async () => {
    const digest = await artifacts.push('v1', [
      fileLayer('config.arena.yaml', 'arena'),
      fileLayer('scenarios/a.yaml', 'a'),
    ]);
    const files = { 'config.arena.yaml': 'arena', 'scenarios/a.yaml': 'a' };
    expect(await fetch(':v1')).toEqual({ revision: `v1@${digest}`, files });
    expect(await fetch(`@${digest}`)).toEqual({ revision: digest, files });
    await artifacts.push('latest', [fileLayer('x', 'latest')]);
    expect((await fetch('')).files).toEqual({ x: 'latest' });
  });

  it('unpacks a folder that oras has packed', async () => {
    const content = gzipSync(await tarOf({ 'bundle/a.yaml': 'a' }));
    await artifacts.push('v1', [
      {
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        content,
        annotations: {
          'org.opencontainers.image.title': 'bundle',
          'io.deis.oras.content.unpack': 'true',
        },
      },
    ]);
    expect((await fetch(':v1')).files).toEqual({ 'bundle/a.yaml': 'a' });
  });

  it('lays the layers of an image over each other', async () => {
    await artifacts.push('v1', [
      await imageLayer({
        './': { type: 'directory' },
        './kept': 'kept',
        './changed': 'old',
        './gone': 'gone',
        './folder/a': 'a',
        './opaque/old': 'old',
        './link': { type: 'symlink', linkname: 'folder/a' },
        './hard': { type: 'link', linkname: './kept' },
      }),
      await imageLayer({
        changed: 'new',
        '.wh.gone': '',
        'folder/.wh.a': '',
        'folder/b': 'b',
        'opaque/.wh..wh..opq': '',
        'opaque/new': 'new',
        link: { type: 'symlink', linkname: 'folder/b' },
      }),
      {
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
        content: gzipSync(await tarOf({ docker: 'd' })),
      },
      {
        mediaType: 'application/vnd.oci.image.layer.v1.tar',
        content: await tarOf({ plain: 'p' }),
      },
    ]);
    expect((await fetch(':v1')).files).toEqual({
      kept: 'kept',
      hard: 'kept',
      changed: 'new',
      'folder/b': 'b',
      link: 'b',
      'opaque/new': 'new',
      docker: 'd',
      plain: 'p',
    });
  });

  it('chooses a manifest of an index', async () => {
    const amd64 = await artifacts.push('amd64', [fileLayer('a', 'amd64')]);
    const arm64 = await artifacts.push('arm64', [fileLayer('a', 'arm64')]);
    const described = (digest: string, platform: object, annotations = {}) => ({
      mediaType: MANIFEST,
      digest,
      size: 1,
      platform,
      annotations,
    });
    const push = (tag: string, manifests: object[]) =>
      artifacts.pushManifest(tag, INDEX, {
        schemaVersion: 2,
        mediaType: INDEX,
        manifests,
      });
    const index = await push('multi', [
      described(arm64, { os: 'linux', architecture: 'arm64' }),
      described(amd64, { os: 'linux', architecture: 'amd64' }),
      described(arm64, { os: 'unknown', architecture: 'unknown' }),
    ]);
    expect(await fetch(':multi')).toEqual({
      revision: `multi@${index}`,
      files: { a: 'amd64' },
    });
    await push('one', [
      described(arm64, { os: 'linux', architecture: 'arm64' }),
      described(
        amd64,
        { os: 'unknown', architecture: 'unknown' },
        { 'vnd.docker.reference.type': 'attestation-manifest' },
      ),
    ]);
    expect((await fetch(':one')).files).toEqual({ a: 'arm64' });
  });

  it('asks whether a tag has moved by its manifest alone', async () => {
    const first = await artifacts.push('v1', [fileLayer('a', '1')]);
    const { revision, archive } = await start(':v1');
    archive.destroy();
    expect(revision).toBe(`v1@${first}`);
    const second = await artifacts.push('v1', [fileLayer('a', '2')]);
    expect(await fetch(':v1')).toEqual({
      revision: `v1@${second}`,
      files: { a: '2' },
    });
  });

  it.each<[string, Record<string, TestEntry>, string]>([
    ['a path that leaves', { '../x': 'x' }, 'UnsafePath'],
    ['a path within that leaves', { 'a/../../x': 'x' }, 'UnsafePath'],
    ['a link out', { l: { type: 'symlink', linkname: '../x' } }, 'UnsafeLink'],
    [
      'a link to the host',
      { l: { type: 'symlink', linkname: '/etc/passwd' } },
      'UnsafeLink',
    ],
    [
      'a link through a link',
      {
        l: { type: 'symlink', linkname: '/tmp' },
        'l/evil': { type: 'symlink', linkname: 'x' },
      },
      'UnsafePath',
    ],
    [
      'a hard link out',
      { l: { type: 'link', linkname: '../../x' } },
      'UnsafeLink',
    ],
    ['a device', { d: { type: 'character-device' } }, 'UnsafePath'],
    ['a pipe', { p: { type: 'fifo' } }, 'UnsafePath'],
    ['a file that is a folder', { a: 'a', 'a/b': 'b' }, 'UnsafePath'],
  ])('refuses %s', async (_name, entries, expected) => {
    await artifacts.push('v1', [await imageLayer(entries)]);
    await expect(fetch(':v1')).rejects.toMatchObject({ reason: expected });
  });

  it('writes no file through a link', async () => {
    const outside = join(temporaryDirectory, '..');
    await artifacts.push('v1', [
      await imageLayer({
        l: { type: 'symlink', linkname: outside },
        'l/arena-evil': 'x',
        ok: 'ok',
      }),
    ]);
    expect((await fetch(':v1')).files).toEqual({
      'l/arena-evil': 'x',
      ok: 'ok',
    });
    expect(readdirSync(outside)).not.toContain('arena-evil');
  });

  it('stops at bombs: large files, many files, many bytes, headers', async () => {
    const bomb = gzipSync(await tarOf({ zeros: Buffer.alloc(3_000_000) }));
    expect(bomb.length).toBeLessThan(10_000);
    await artifacts.push('file', [{ mediaType: TAR_GZIP, content: bomb }]);
    const limits = { maxFileBytes: 2_000_000 };
    await expect(fetch(':file', { limits })).rejects.toMatchObject({
      reason: 'TooLarge',
    });
    await artifacts.push(
      'total',
      [1, 2, 3].map(n => fileLayer(`f${n}`, 'x'.repeat(n * 1_000))),
    );
    await expect(
      fetch(':total', { limits: { maxTotalBytes: 5_999 } }),
    ).rejects.toMatchObject({ reason: 'TooLarge' });
    await expect(
      fetch(':total', { limits: { maxFiles: 2 } }),
    ).rejects.toMatchObject({ reason: 'TooLarge' });
    expect(
      Object.keys((await fetch(':total', { limits: { maxFiles: 3 } })).files),
    ).toHaveLength(3);
    // What is skipped costs as much as what is kept.
    const skipped = gzipSync(
      await tarOf({ '.wh.x': Buffer.alloc(68_000_000) }),
    );
    await artifacts.push('skip', [{ mediaType: TAR_GZIP, content: skipped }]);
    await expect(
      fetch(':skip', { limits: { maxTotalBytes: skipped.length } }),
    ).rejects.toMatchObject({
      reason: 'TooLarge',
      message: expect.stringContaining('unpacks to more than'),
    });
    const pax = { x: '0'.repeat(5_000_000) };
    const header = gzipSync(await tarOf({ f: { type: 'directory', pax } }));
    await artifacts.push('header', [{ mediaType: TAR_GZIP, content: header }]);
    await expect(fetch(':header')).rejects.toMatchObject({
      reason: 'UnsupportedArtifact',
      message: expect.stringContaining('Header exceeds max size'),
    });
  });

  it('names what it cannot take', async () => {
    await artifacts.push('v1', [
      { mediaType: 'application/wasm', content: Buffer.from('x') },
    ]);
    await expect(fetch(':v1')).rejects.toMatchObject({
      reason: 'UnsupportedArtifact',
      message: expect.stringContaining('application/wasm'),
    });
    await artifacts.push('v2', [
      { mediaType: TAR_GZIP, content: Buffer.from('no archive') },
    ]);
    await expect(fetch(':v2')).rejects.toMatchObject({
      reason: 'UnsupportedArtifact',
    });
    await artifacts.push('v3', []);
    await expect(fetch(':v3')).rejects.toMatchObject({ reason: 'Empty' });
  });

  it.each([
    [':gone', 'RefNotFound', 'has no team/'],
    [`@sha256:${'0'.repeat(64)}`, 'RefNotFound', 'digest'],
  ])('says that %s does not exist', async (reference, expected, message) => {
    await artifacts.push('v1', [fileLayer('a', 'a')]);
    await expect(fetch(reference)).rejects.toMatchObject({
      reason: expected,
      message: expect.stringContaining(message),
    });
  });

  it.each(['UPPER/x:v1', 'a:b:c', 'a:v1@sha256:12', ''])(
    'refuses the address %j',
    async address => {
      const url = `oci://localhost/${address}`;
      await expect(
        new OciFetcher({
          secrets: secretsOf({}),
          policy: policyOf(),
          temporaryDirectory,
        }).fetch(sourceOf({ type: 'oci', oci: { url, insecure: false } }), {
          signal,
        }),
      ).rejects.toThrow('spec.oci.url: Invalid value');
    },
  );

  it('asks no registry of an internal network that is not listed', async () => {
    await expect(fetch(':v1', { allow: [] })).rejects.toMatchObject({
      reason: 'AddressNotAllowed',
    });
  });

  it('trusts no certificate that it does not know, unless it may', async () => {
    await artifacts.push('v1', [fileLayer('a', 'a')]);
    const secret = { username: 'a', password: 'b' };
    await expect(fetch(':v1', { secret })).rejects.toMatchObject({
      reason: 'CertificateNotTrusted',
    });
    const { files } = await fetch(':v1', { secret, insecure: true });
    expect(files).toEqual({ a: 'a' });
  });

  it('speaks plain HTTP where it may', async () => {
    const plain = await startRegistry({ plain: true });
    try {
      const { host } = plain;
      await new TestArtifacts({ ...plain, repository }).push('v1', [
        fileLayer('a', 'a'),
      ]);
      await expect(fetch(':v1', { host })).rejects.toThrow(host);
      const { files } = await fetch(':v1', { host, insecure: true });
      expect(files).toEqual({ a: 'a' });
    } finally {
      await plain.stop();
    }
  });

  describe('with tokens', () => {
    const SERVICE = 'registry.example.com';
    let folder: string;
    let certificate: TestCertificate;
    let tokens: Server;
    let guarded: RegistryServer;
    let asked: string[];

    const sign = (access: object[]) => {
      const now = Math.floor(Date.now() / 1000);
      const x5c = new X509Certificate(certificate.certificate).raw;
      const part = (value: object) =>
        Buffer.from(JSON.stringify(value)).toString('base64url');
      const text = `${part({
        alg: 'ES256',
        typ: 'JWT',
        x5c: [x5c.toString('base64')],
      })}.${part({
        iss: 'issuer',
        sub: 'jo',
        aud: SERVICE,
        exp: now + 60,
        nbf: now - 60,
        iat: now,
        jti: '1',
        access,
      })}`;
      const signature = createSign('SHA256')
        .update(text)
        .sign({ key: certificate.key, dsaEncoding: 'ieee-p1363' });
      return `${text}.${signature.toString('base64url')}`;
    };

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'arena-tokens-'));
      certificate = await createCertificate(folder);
      const { key, certificate: cert } = certificate;
      tokens = createHttpsServer({ key, cert }, (request, response) => {
        asked.push(request.url ?? '');
        const { searchParams } = new URL(request.url ?? '', 'http://host');
        const [type, name, actions] = searchParams.get('scope')!.split(':');
        const known = `Basic ${Buffer.from('jo:hunter2').toString('base64')}`;
        if (request.headers.authorization !== known) {
          response.writeHead(401).end();
          return;
        }
        const access = [{ type, name, actions: actions.split(',') }];
        response.end(JSON.stringify({ token: sign(access) }));
      });
      tokens.listen(0, '127.0.0.1');
      await once(tokens, 'listening');
      const { port } = tokens.address() as AddressInfo;
      guarded = await startRegistry({
        token: {
          realm: `https://localhost:${port}/token`,
          service: SERVICE,
          issuer: 'issuer',
          certificate: cert,
        },
      });
    });
    afterAll(async () => {
      await guarded?.stop();
      tokens.close();
      rmSync(folder, { recursive: true, force: true });
    });
    beforeEach(async () => {
      asked = [];
      await new TestArtifacts({
        ...guarded,
        repository,
        authorization: () =>
          `Bearer ${sign([
            { type: 'repository', name: repository, actions: ['pull', 'push'] },
          ])}`,
      }).push('v1', [fileLayer('a', 'a')]);
    });

    const fetchWith = (secret: Record<string, string>, allow?: string[]) =>
      fetch(':v1', {
        host: guarded.host,
        allow,
        secret: { 'ca.crt': guarded.ca + certificate.certificate, ...secret },
      });
    const docker = (auths: object) => ({
      '.dockerconfigjson': JSON.stringify({ auths }),
    });

    it('signs in where the registry sends it, with a user name and a password', async () => {
      const { files } = await fetchWith({
        username: 'jo',
        password: 'hunter2',
      });
      expect(files).toEqual({ a: 'a' });
      expect(asked[0]).toContain(`service=${SERVICE}`);
      expect(decodeURIComponent(asked[0])).toContain(
        `scope=repository:${repository}:pull`,
      );
    });

    it('sends nothing of a Secret that does not list the registry, but what names the registry itself', async () => {
      const fetchClosed = (secret: Record<string, string>) =>
        new OciFetcher({
          secrets: secretsOf(
            { login: { ...secret, 'ca.crt': guarded.ca } },
            [],
          ),
          policy: policyOf('localhost'),
          temporaryDirectory,
        }).fetch(
          sourceOf({
            type: 'oci',
            oci: {
              url: `oci://${guarded.host}/${repository}:v1`,
              secretRef: { name: 'login' },
              insecure: true,
            },
          }),
          { signal },
        );
      const login = { username: 'jo', password: 'hunter2' };
      await expect(fetchClosed(login)).rejects.toMatchObject({
        reason: 'SecretNotAllowed',
      });
      expect(asked).toEqual([]);
      const { archive } = await fetchClosed(docker({ [guarded.host]: login }));
      archive.destroy();
    });

    it.each([
      ['auth', { auth: Buffer.from('jo:hunter2').toString('base64') }],
      ['username and password', { username: 'jo', password: 'hunter2' }],
    ])('signs in with a Docker configuration that has %s', async (_, login) => {
      const { files } = await fetchWith(
        docker({ 'https://index.docker.io/v1/': {}, [guarded.host]: login }),
      );
      expect(files).toEqual({ a: 'a' });
      const { files: again } = await fetchWith(
        docker({
          [`https://${guarded.host}`]: { username: 'no', password: 'no' },
          [`${guarded.host}/${repository}`]: login,
        }),
      );
      expect(again).toEqual({ a: 'a' });
    });

    it('says what is wrong with a credential, and does not show it', async () => {
      const wrong = fetchWith({ username: 'jo', password: 's3cret' });
      await expect(wrong).rejects.toMatchObject({
        reason: 'AuthenticationFailed',
        message: expect.stringContaining('refuses the credential'),
      });
      await expect(wrong).rejects.not.toThrow('s3cret');
      await expect(fetchWith({})).rejects.toMatchObject({
        reason: 'AuthenticationFailed',
        message: expect.stringContaining('wants a credential'),
      });
      await expect(fetchWith(docker({ other: {} }))).rejects.toMatchObject({
        reason: 'SecretNotFound',
        message: expect.stringContaining('no entry for localhost'),
      });
      await expect(
        fetchWith({ '.dockerconfigjson': 'no JSON' }),
      ).rejects.toMatchObject({ reason: 'SecretNotFound' });
    });
  });

  describe('when a registry lies or goes away', () => {
    /** In front of the real one. */
    let server: Server;
    let host: string;
    let meddle: (path: string, body: Buffer) => Buffer | undefined;
    /** Where blobs are, if not here: many registries keep them in a store of objects. */
    let blobsAt: string | undefined;
    let ca: string;
    let folder: string;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'arena-meddler-'));
      const { key, certificate } = await createCertificate(folder);
      ca = certificate;
      server = createHttpsServer(
        { key, cert: certificate },
        (request, response) => {
          if (blobsAt && request.url!.includes('/blobs/')) {
            const location = `${blobsAt}${request.url}`;
            response.writeHead(307, { location }).end();
            return;
          }
          const address = new URL(request.url!, registry.url);
          const headers = { accept: request.headers.accept ?? '*/*' };
          httpsRequest(address, { ca: registry.ca, headers }, answer => {
            const chunks: Buffer[] = [];
            answer.on('data', chunk => chunks.push(chunk));
            answer.on('end', () => {
              const whole = Buffer.concat(chunks);
              const body = meddle(request.url!, whole);
              response.writeHead(answer.statusCode!, {
                'content-type': answer.headers['content-type'] ?? '',
                'content-length': (body ?? whole).length,
              });
              if (body) {
                response.end(body);
                return;
              }
              response.write(whole.subarray(0, whole.length / 2), () =>
                response.destroy(),
              );
            });
          }).end();
        },
      );
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      host = `localhost:${(server.address() as AddressInfo).port}`;
    });
    afterAll(() => {
      server.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const fetchMeddled = (reference = ':v1') =>
      fetch(reference, { host, secret: { 'ca.crt': ca } });

    it('checks digests and sizes', async () => {
      const digest = await artifacts.push('v1', [fileLayer('a', 'content')]);
      meddle = (path, body) =>
        path.includes('/blobs/') ? Buffer.from('CONTENT') : body;
      await expect(fetchMeddled()).rejects.toMatchObject({
        reason: 'DigestMismatch',
      });
      meddle = (path, body) =>
        path.includes('/blobs/') ? Buffer.from('content and more') : body;
      await expect(fetchMeddled()).rejects.toMatchObject({
        reason: 'DigestMismatch',
      });
      meddle = (path, body) =>
        path.includes('/blobs/') ? body.subarray(1) : body;
      await expect(fetchMeddled()).rejects.toMatchObject({
        reason: 'Interrupted',
      });
      meddle = (path, body) =>
        path.includes('/manifests/')
          ? Buffer.from(body.toString().replace('application/yaml', 'x'))
          : body;
      await expect(fetchMeddled(`@${digest}`)).rejects.toMatchObject({
        reason: 'DigestMismatch',
      });
    });

    it('says when half a layer comes', async () => {
      await artifacts.push('v1', [fileLayer('a', 'x'.repeat(100_000))]);
      meddle = (path, body) => (path.includes('/blobs/') ? undefined : body);
      await expect(fetchMeddled()).rejects.toMatchObject({
        reason: 'Interrupted',
      });
      meddle = (_, body) => body;
      expect((await fetchMeddled()).files.a).toHaveLength(100_000);
    });

    it('follows a registry to where it keeps its blobs, if that is allowed', async () => {
      await artifacts.push('v1', [fileLayer('a', 'a')]);
      meddle = (_, body) => body;
      const secret = { 'ca.crt': ca + registry.ca };
      blobsAt = registry.url;
      expect((await fetch(':v1', { host, secret })).files).toEqual({ a: 'a' });
      blobsAt = 'http://169.254.169.254';
      await expect(fetch(':v1', { host, secret })).rejects.toMatchObject({
        reason: 'AddressNotAllowed',
      });
      blobsAt = undefined;
    });

    it('keeps to the manifest that it announced', async () => {
      await artifacts.push('v1', [fileLayer('a', '1')]);
      meddle = (_, body) => body;
      const fetched = await start(':v1', { host, secret: { 'ca.crt': ca } });
      await artifacts.push('v1', [fileLayer('a', '2')]);
      expect(await unpack(fetched)).toEqual({ a: '1' });
    });

    it('says when there is no registry', async () => {
      await expect(fetch(':v1', { host: 'localhost:1' })).rejects.toMatchObject(
        { reason: 'Unreachable' },
      );
      const silent = createHttpServer((_, response) => response.destroy());
      silent.listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const { port } = silent.address() as AddressInfo;
      await expect(
        fetch(':v1', { host: `localhost:${port}`, insecure: true }),
      ).rejects.toMatchObject({ reason: 'Interrupted' });
      silent.close();
    });
  });

  it('names digests as the registry does', () => {
    expect(digestOf(Buffer.from(''))).toBe(
      'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });
});
