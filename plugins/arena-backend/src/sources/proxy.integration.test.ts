import {
  GitHttpsServer,
  RegistryServer,
  startGitHttps,
  startRegistry,
  whyNoGitHttps,
  whyNoRegistry,
} from '@backstage-arena/arena-devcluster';
import { createAddressPolicy } from '@backstage-arena/plugin-arena-common/network';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, Server } from 'node:http';
import { AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileLayer, TestArtifacts } from './__testUtils__/TestArtifacts';
import { GitRepository } from './__testUtils__/GitRepository';
import { secretsOf, sourceOf, unpack } from './__testUtils__/sources';
import { GitFetcher } from './git/GitFetcher';
import { OciFetcher } from './oci/OciFetcher';

jest.setTimeout(60_000);

const { signal } = new AbortController();
const VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'];

describe('sources behind a proxy', () => {
  const usual = { ...process.env };
  const temporaryDirectory = mkdtempSync(join(tmpdir(), 'arena-proxy-'));
  let proxy: Server;
  /** What the proxy was asked to connect to. */
  let asked: string[];
  /** Name that the proxy alone can resolve -> where it leads. */
  const names: Record<string, number> = {};

  beforeAll(async () => {
    proxy = createServer();
    proxy.on('connect', (request, client, head) => {
      asked.push(request.url!);
      const [host, port] = request.url!.split(':');
      const server = connect(names[host] ?? Number(port), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        server.write(head);
        server.pipe(client).pipe(server);
      });
      server.on('error', () => client.destroy());
      client.on('error', () => server.destroy());
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
  });
  afterAll(() => {
    proxy.close();
    rmSync(temporaryDirectory, { recursive: true, force: true });
  });
  beforeEach(() => {
    asked = [];
    for (const name of VARIABLES) delete process.env[name];
    const { port } = proxy.address() as AddressInfo;
    process.env.HTTPS_PROXY = `http://127.0.0.1:${port}`;
  });
  afterEach(() => {
    for (const name of VARIABLES) delete process.env[name];
    Object.assign(process.env, usual);
  });

  const shared = (ca: string, allowedHosts: string[]) => ({
    secrets: secretsOf({ login: { 'ca.crt': ca } }),
    policy: createAddressPolicy({ allowedHosts, behindProxy: true }),
    temporaryDirectory,
    environment: process.env,
  });

  const noGit = whyNoGitHttps();
  const whenGit = noGit ? describe.skip : describe;
  whenGit(`git${noGit ? ` (${noGit})` : ''}`, () => {
    let repository: GitRepository;
    let server: GitHttpsServer;

    beforeAll(async () => {
      repository = new GitRepository();
      repository.commit({ a: 'a' });
      server = await startGitHttps({ root: repository.root });
    });
    afterAll(async () => {
      await server.stop();
      repository.remove();
    });

    const fetch = async (url: string, allow = ['localhost']) =>
      unpack(
        await new GitFetcher(shared(server.ca, allow)).fetch(
          sourceOf({ type: 'git', git: { url, secretRef: { name: 'login' } } }),
          { signal },
        ),
      );

    it('goes through it', async () => {
      expect(await fetch(`${server.url}/bundle.git`)).toEqual({ a: 'a' });
      expect(new Set(asked)).toEqual(new Set([`localhost:${server.port}`]));
      expect(asked.length).toBeGreaterThan(2);
    });

    it('goes around it where NO_PROXY says so', async () => {
      process.env.NO_PROXY = 'localhost';
      expect(await fetch(`${server.url}/bundle.git`)).toEqual({ a: 'a' });
      expect(asked).toEqual([]);
    });

    it('asks it for no name that stands for an internal host', async () => {
      await expect(fetch(`${server.url}/bundle.git`, [])).rejects.toMatchObject(
        { reason: 'AddressNotAllowed' },
      );
      expect(asked).toEqual([]);
    });

    it('leaves names to it', async () => {
      names['git.example.invalid'] = server.port;
      // The certificate is for another name; that it is asked for one at all shows that the proxy was reached.
      await expect(
        fetch('https://git.example.invalid/bundle.git', []),
      ).rejects.toMatchObject({
        message: expect.stringContaining('git.example.invalid'),
      });
      expect(asked).toContain('git.example.invalid:443');
    });
  });

  const reason = whyNoRegistry();
  const whenRegistry = reason ? describe.skip : describe;
  whenRegistry(`oci${reason ? ` (${reason})` : ''}`, () => {
    let registry: RegistryServer;

    beforeAll(async () => {
      registry = await startRegistry();
      await new TestArtifacts({ ...registry, repository: 'x' }).push('v1', [
        fileLayer('a', 'a'),
      ]);
    });
    afterAll(() => registry?.stop());

    it('goes through it to a registry', async () => {
      const url = `oci://${registry.host}/x:v1`;
      const fetched = await new OciFetcher(
        shared(registry.ca, ['localhost']),
      ).fetch(
        sourceOf({
          type: 'oci',
          oci: { url, insecure: false, secretRef: { name: 'login' } },
        }),
        { signal },
      );
      expect(await unpack(fetched)).toEqual({ a: 'a' });
      expect(asked).toContain(registry.host);
    });
  });
});
