import {
  GitHttpsServer,
  Sshd,
  startGitHttps,
  startSshd,
  whyNoGitHttps,
  whyNoSshd,
} from '@backstage-arena/arena-devcluster';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addDeltaBomb } from '../__testUtils__/addDeltaBomb';
import { GitRepository } from '../__testUtils__/GitRepository';
import {
  policyOf,
  secretsOf,
  sourceOf,
  unpack,
} from '../__testUtils__/sources';
import { WorkspaceLimits } from '../workspace/WorkspaceLimits';
import { GitFetcher } from './GitFetcher';

jest.setTimeout(60_000);

const { signal } = new AbortController();

describe('GitFetcher', () => {
  let repository: GitRepository;
  let temporaryDirectory: string;

  beforeEach(() => {
    repository = new GitRepository();
    temporaryDirectory = mkdtempSync(join(tmpdir(), 'arena-git-fetch-'));
  });
  afterEach(() => {
    repository.remove();
    const left = readdirSync(temporaryDirectory);
    rmSync(temporaryDirectory, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`Left behind: ${left.join(', ')}`);
  });

  const fetcher = (
    secrets: Record<string, Record<string, string>>,
    options: {
      allow?: string[];
      limits?: Partial<WorkspaceLimits>;
      environment?: NodeJS.ProcessEnv;
      maxPackBytes?: number;
      maxMemoryBytes?: number;
    } = {},
  ) =>
    new GitFetcher({
      secrets: secretsOf(secrets),
      policy: policyOf(...(options.allow ?? ['localhost', '127.0.0.1'])),
      temporaryDirectory,
      environment: options.environment ?? process.env,
      limits: options.limits,
      maxPackBytes: options.maxPackBytes,
      maxMemoryBytes: options.maxMemoryBytes,
    });

  const noHttps = whyNoGitHttps();
  const whenHttps = noHttps ? describe.skip : describe;
  whenHttps(`over https${noHttps ? ` (${noHttps})` : ''}`, () => {
    const credential = { username: 'jo', password: 'hunter2' };
    let server: GitHttpsServer;

    beforeEach(async () => {
      server = await startGitHttps({ root: repository.root, credential });
    });
    afterEach(() => server.stop());

    const secret = (values: Record<string, string> = credential) => ({
      login: { 'ca.crt': server.ca, ...values },
    });
    const source = (git: object = {}) =>
      sourceOf({
        type: 'git',
        git: {
          url: `${server.url}/bundle.git`,
          secretRef: { name: 'login' },
          ...git,
        },
      });
    const fetch = async (
      git: object = {},
      options: Parameters<typeof fetcher>[1] = {},
    ) => {
      const fetched = await fetcher(secret(), options).fetch(source(git), {
        signal,
      });
      return { revision: fetched.revision, files: await unpack(fetched) };
    };

    it('takes the default branch, a branch, a tag, a commit and a folder', async () => {
      const first = repository.commit({
        'config.arena.yaml': 'one',
        'deep/er/x.yaml': 'x',
      });
      repository.git('tag', 'v1');
      repository.git('tag', '-a', '-m', 'release', 'v1.0');
      repository.git('push', '-q', 'origin', 'v1', 'v1.0');
      const second = repository.commit({ 'config.arena.yaml': 'two' });
      const other = repository.commit({ other: 'o' }, 'feature/x');
      repository.git('reset', '-q', '--hard', second);

      expect(await fetch()).toEqual({
        revision: `main@sha1:${second}`,
        files: { 'config.arena.yaml': 'two', 'deep/er/x.yaml': 'x' },
      });
      const revision = async (ref: object) => (await fetch({ ref })).revision;
      expect(await revision({ branch: 'feature/x' })).toBe(
        `feature/x@sha1:${other}`,
      );
      expect(await revision({ tag: 'v1' })).toBe(`v1@sha1:${first}`);
      expect(await revision({ tag: 'v1.0' })).toBe(`v1.0@sha1:${first}`);
      expect(await fetch({ ref: { commit: first }, path: 'deep' })).toEqual({
        revision: `sha1:${first}`,
        files: { 'er/x.yaml': 'x' },
      });
    });

    it('asks whether a branch has moved without fetching it', async () => {
      repository.commit({ a: 'a' });
      const { archive } = await fetcher(secret()).fetch(source(), { signal });
      archive.destroy();
      expect(
        server.requests.filter(line => line.startsWith('POST')),
      ).toHaveLength(1);
      expect(server.requests).toHaveLength(3);
    });

    it('gives equal bytes for equal files, whatever the history', async () => {
      const bytes = async () => {
        const { archive } = await fetcher(secret()).fetch(source(), { signal });
        return execFileSync('sha256sum', {
          input: Buffer.concat(await archive.toArray()),
        }).toString();
      };
      repository.commit({ a: 'a' });
      const before = await bytes();
      repository.commit({ a: 'b' });
      expect(await bytes()).not.toBe(before);
      repository.commit({ a: 'a' });
      expect(await bytes()).toBe(before);
    });

    it('follows a branch that moved, also one that was pushed over', async () => {
      const first = repository.commit({ a: '1' });
      expect((await fetch()).revision).toBe(`main@sha1:${first}`);
      repository.git('checkout', '-q', '--orphan', 'anew');
      const forced = repository.commit({ a: '2' });
      expect(await fetch()).toEqual({
        revision: `main@sha1:${forced}`,
        files: { a: '2' },
      });
    });

    it('fetches what it announced although the branch moves meanwhile', async () => {
      const first = repository.commit({ a: '1' });
      const fetched = await fetcher(secret()).fetch(source(), { signal });
      repository.commit({ a: '2' });
      expect(fetched.revision).toBe(`main@sha1:${first}`);
      expect(await unpack(fetched)).toEqual({ a: '1' });
    });

    it('finds an old commit also where the server gives only the tips of branches', async () => {
      const first = repository.commit({ a: '1' });
      repository.commit({ a: '2' });
      // As servers were before the second version of the protocol.
      server.intercept = request => {
        delete request.headers['git-protocol'];
        return false;
      };
      expect((await fetch({ ref: { commit: first } })).files).toEqual({
        a: '1',
      });
    });

    it.each([
      [{ ref: { branch: 'gone' } }, 'RefNotFound', 'spec.git.ref.branch: Not'],
      [{ ref: { tag: 'gone' } }, 'RefNotFound', 'spec.git.ref.tag: Not found'],
      [{ ref: { commit: 'a'.repeat(40) } }, 'RefNotFound', 'that commit'],
      [{ ref: { commit: 'abcdef0' } }, 'RefNotFound', 'all 40'],
      [{ path: 'gone' }, 'PathNotFound', 'spec.git.path: Not found: "gone"'],
      [{ path: 'a' }, 'PathNotFound', 'spec.git.path'],
      [{ path: '../x' }, 'UnsafePath', '"../x"'],
    ])('says what is missing: %j', async (git, reason, message) => {
      repository.commit({ a: 'a' });
      await expect(fetch(git)).rejects.toMatchObject({
        reason,
        message: expect.stringContaining(message),
      });
    });

    it('fetches two at a time', async () => {
      let asked = 0;
      server.intercept = () => {
        asked += 1;
        return true;
      };
      const all = new AbortController();
      const fetches = Promise.allSettled(
        [1, 2, 3, 4].map(() =>
          fetcher(secret()).fetch(source(), { signal: all.signal }),
        ),
      );
      while (asked < 2) await sleep(20);
      await sleep(300);
      expect(asked).toBe(2);
      all.abort(new Error('enough'));
      expect((await fetches).map(({ status }) => status)).toEqual(
        Array(4).fill('rejected'),
      );
      expect(asked).toBe(2);
    });

    it.each(['cat-file -t', 'cat-file --batch'])(
      'says why git failed at %s, and not that something is missing',
      async command => {
        repository.commit({ 'x/a': 'a' });
        const bin = mkdtempSync(join(tmpdir(), 'arena-git-bin-'));
        const { PATH } = process.env;
        writeFileSync(
          join(bin, 'git'),
          [
            '#!/bin/sh',
            `case "$*" in *"${command}"*)`,
            '  echo "fatal: mmap failed: Cannot allocate memory" >&2; exit 128;;',
            'esac',
            `PATH='${PATH}' exec git "$@"`,
          ].join('\n'),
          { mode: 0o755 },
        );
        try {
          await expect(
            fetch(
              { path: 'x' },
              { environment: { ...process.env, PATH: `${bin}:${PATH}` } },
            ),
          ).rejects.toMatchObject({
            reason: 'TooLarge',
            message: expect.stringContaining('(256 MiB, arena.git.memoryMiB)'),
          });
        } finally {
          rmSync(bin, { recursive: true });
        }
      },
    );

    it('notices a tag that was deleted', async () => {
      repository.commit({ a: 'a' });
      repository.git('tag', 'v1');
      repository.git('push', '-q', 'origin', 'v1');
      await fetch({ ref: { tag: 'v1' } });
      repository.git('push', '-q', 'origin', ':refs/tags/v1');
      await expect(fetch({ ref: { tag: 'v1' } })).rejects.toMatchObject({
        reason: 'RefNotFound',
      });
    });

    it('takes a token by its key, with the user name that the Secret has', async () => {
      repository.commit({ a: 'a' });
      const withToken = (values: Record<string, string>) =>
        fetcher(secret(values)).fetch(
          source({ secretRef: { name: 'login', key: 'token' } }),
          { signal },
        );
      const { archive } = await withToken({
        username: 'jo',
        token: 'hunter2\n',
      });
      archive.destroy();
      await expect(withToken({ token: 'hunter2' })).rejects.toMatchObject({
        reason: 'AuthenticationFailed',
      });
      await expect(withToken({})).rejects.toMatchObject({
        reason: 'SecretNotFound',
        message: expect.stringContaining('has no key token'),
      });
    });

    it('sends nothing of a Secret to a host that it does not name', async () => {
      repository.commit({ a: 'a' });
      const login = { ...credential, token: 'hunter2', 'ca.crt': server.ca };
      const closed = new GitFetcher({
        secrets: secretsOf({ login, ca: { 'ca.crt': server.ca } }, [
          'localhost.example.com',
        ]),
        policy: policyOf('localhost'),
        temporaryDirectory,
        environment: process.env,
      });
      const seen: unknown[] = [];
      server.intercept = ({ headers }) => {
        seen.push(headers.authorization);
        return false;
      };
      for (const secretRef of [
        { name: 'login' },
        { name: 'login', key: 'token' },
      ]) {
        await expect(
          closed.fetch(source({ secretRef }), { signal }),
        ).rejects.toMatchObject({
          reason: 'SecretNotAllowed',
          message: expect.stringContaining(
            'may not be sent to localhost: its hosts are localhost.example.com; an administrator allows it with arena.sourceCredentials.team.login: [localhost.example.com, localhost]',
          ),
        });
      }
      expect(seen).toEqual([]);
      // A CA stays here.
      await expect(
        closed.fetch(source({ secretRef: { name: 'ca' } }), { signal }),
      ).rejects.toMatchObject({ reason: 'AuthenticationFailed' });
      expect(seen).toEqual([undefined]);
    });

    it('tells a wrong credential from none, and shows neither', async () => {
      repository.commit({ a: 'a' });
      const wrong = fetcher(
        secret({ username: 'jo', password: 's3cret' }),
      ).fetch(source(), { signal });
      await expect(wrong).rejects.toMatchObject({
        reason: 'AuthenticationFailed',
        message: expect.stringContaining('refuses the credential'),
      });
      await expect(wrong).rejects.not.toThrow('s3cret');
      await expect(
        fetcher(secret({})).fetch(source(), { signal }),
      ).rejects.toMatchObject({
        reason: 'AuthenticationFailed',
        message: expect.stringContaining('wants a credential'),
      });
      await expect(
        fetcher({}).fetch(source(), { signal }),
      ).rejects.toMatchObject({ reason: 'SecretNotFound' });
      await expect(
        fetcher({}).fetch(
          source({ url: server.url.replace('//', '//jo:hunter2@') }),
          { signal },
        ),
      ).rejects.toThrow('must have no credentials');
    });

    it('trusts no certificate that it does not know', async () => {
      const { username, password } = credential;
      await expect(
        fetcher({ login: { username, password } }).fetch(source(), { signal }),
      ).rejects.toMatchObject({ reason: 'CertificateNotTrusted' });
    });

    it('says when there is no such repository, or no server', async () => {
      await expect(
        fetch({ url: `${server.url}/gone.git` }),
      ).rejects.toMatchObject({ reason: 'RepositoryNotFound' });
      await expect(fetch()).rejects.toMatchObject({
        reason: 'RefNotFound',
        message: expect.stringContaining('it is empty'),
      });
      await expect(
        fetch({ url: 'https://localhost:1/bundle.git' }),
      ).rejects.toMatchObject({ reason: 'Unreachable' });
      await expect(
        fetch(
          { url: 'https://does-not-exist.invalid/x.git' },
          { allow: ['*.invalid'] },
        ),
      ).rejects.toMatchObject({ reason: 'Unreachable' });
    });

    it('asks no server of an internal network that is not listed, also by a redirect', async () => {
      repository.commit({ a: 'a' });
      await expect(fetch({}, { allow: [] })).rejects.toMatchObject({
        reason: 'AddressNotAllowed',
        message: expect.stringContaining('arena.network.allow'),
      });
      expect(server.requests).toEqual([]);
      server.intercept = (_, response) => {
        response
          .writeHead(302, { location: 'http://169.254.169.254/latest' })
          .end();
        return true;
      };
      await expect(fetch()).rejects.toMatchObject({
        reason: 'AddressNotAllowed',
        message: expect.stringContaining('169.254.169.254'),
      });
    });

    it('follows a redirect of the same server to the repository', async () => {
      repository.commit({ a: 'a' });
      server.intercept = (request, response) => {
        if (!request.url?.startsWith('/short/')) return false;
        const location = request.url.replace('/short/', '/bundle.git/');
        response.writeHead(301, { location }).end();
        return true;
      };
      const { files } = await fetch({ url: `${server.url}/short` });
      expect(files).toEqual({ a: 'a' });
    });

    it('sends no credential to another server', async () => {
      const seen: unknown[] = [];
      const other = createServer((request, response) => {
        seen.push(request.headers.authorization);
        response.end('001e# service=git-upload-pack\n');
      }).listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      server.intercept = (request, response) => {
        const location = `http://127.0.0.1:${port}${request.url}`;
        response.writeHead(302, { location }).end();
        return true;
      };
      await expect(fetch()).rejects.toMatchObject({
        reason: 'AuthenticationFailed',
      });
      expect(seen).toEqual([undefined]);
      other.close();
    });

    it('says when the connection breaks in the middle, and leaves nothing', async () => {
      repository.commit({ large: randomBytes(300_000) });
      server.cutAfterBytes = 100_000;
      const { archive } = await fetcher(secret()).fetch(source(), { signal });
      await expect(archive.toArray()).rejects.toMatchObject({
        reason: 'Interrupted',
      });
    });

    it('takes no more from a server than the disk may hold', async () => {
      repository.commit({ large: randomBytes(300_000) });
      await expect(fetch({}, { maxPackBytes: 100_000 })).rejects.toMatchObject({
        reason: 'TooLarge',
      });
    });

    it('takes a repository that names its objects by SHA-256', async () => {
      const modern = new GitRepository('sha256');
      const other = await startGitHttps({ root: modern.root });
      const fetchFrom = async (git: object) => {
        const fetched = await fetcher({ login: { 'ca.crt': other.ca } }).fetch(
          source({ url: `${other.url}/bundle.git`, ...git }),
          { signal },
        );
        return { revision: fetched.revision, files: await unpack(fetched) };
      };
      try {
        const sha = modern.commit({ 'in/a': 'a' });
        modern.git('tag', '-a', '-m', 'release', 'v1');
        modern.git('push', '-q', 'origin', 'v1');
        expect(await fetchFrom({})).toEqual({
          revision: `main@sha256:${sha}`,
          files: { 'in/a': 'a' },
        });
        expect(await fetchFrom({ ref: { commit: sha }, path: 'in' })).toEqual({
          revision: `sha256:${sha}`,
          files: { a: 'a' },
        });
        const { revision } = await fetchFrom({ ref: { tag: 'v1' } });
        expect(revision).toBe(`v1@sha256:${sha}`);
        await expect(
          fetchFrom({ ref: { commit: 'a'.repeat(40) } }),
        ).rejects.toMatchObject({
          reason: 'RefNotFound',
          message: expect.stringContaining('by SHA-256 64'),
        });
      } finally {
        await other.stop();
        modern.remove();
      }
    });

    const MIB = 1024 * 1024;
    const whenLinux = process.platform === 'linux' ? describe : describe.skip;
    whenLinux('on Linux, where memory can be limited', () => {
      const maxMemoryBytes = 160 * MIB;

      it('gives git no more of it than it may have, whatever a repository is made of', async () => {
        addDeltaBomb(repository.bare, 256 * MIB);
        await expect(fetch({}, { maxMemoryBytes })).rejects.toMatchObject({
          reason: 'TooLarge',
          message: expect.stringContaining(
            'more memory than git is given here (160 MiB, arena.git.memoryMiB)',
          ),
        });
        // With more of it, the file itself is what is too large.
        await expect(
          fetch({}, { maxMemoryBytes: 1024 * MIB }),
        ).rejects.toMatchObject({
          reason: 'TooLarge',
          message: expect.stringContaining(`"zeros" has ${256 * MIB} bytes`),
        });
      });

      it('keeps no huge file in memory', async () => {
        repository.commit({ 'ok/a': 'a', huge: '' });
        truncateSync(repository.path('huge'), 176 * MIB);
        repository.commit();
        await expect(fetch({}, { maxMemoryBytes })).rejects.toMatchObject({
          reason: 'TooLarge',
          message: expect.stringContaining(`"huge" has ${176 * MIB} bytes`),
        });
        const { files } = await fetch({ path: 'ok' }, { maxMemoryBytes });
        expect(files).toEqual({ a: 'a' });
      });
    });

    it('ends with its signal, also while a server says nothing', async () => {
      repository.commit({ a: 'a' });
      let posts = 0;
      server.intercept = request => {
        posts += Number(request.method === 'POST');
        return posts > 0;
      };
      const abort = new AbortController();
      const running = fetcher(secret()).fetch(source(), {
        signal: abort.signal,
      });
      while (posts === 0) await sleep(20);
      abort.abort(new Error('enough'));
      await expect(running).rejects.toThrow('enough');
    });

    it('refuses submodules, pointers of LFS and what is too large, naming them', async () => {
      repository.commit({ 'ok/a': 'a' });
      repository.git(
        ...['submodule', '--quiet', 'add', repository.bare, 'mods/x'],
      );
      repository.commit({
        'lfs/model.bin':
          'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 5\n',
        'large/zeros': Buffer.alloc(5_000),
      });
      const folder = (path: string, limits?: Partial<WorkspaceLimits>) =>
        fetch({ path }, { limits });
      await expect(folder('mods')).rejects.toMatchObject({
        reason: 'Submodule',
        message: expect.stringContaining('"x"'),
      });
      await expect(folder('lfs')).rejects.toMatchObject({
        reason: 'LfsPointer',
        message: expect.stringContaining('"model.bin"'),
      });
      await expect(
        folder('large', { maxFileBytes: 4_999 }),
      ).rejects.toMatchObject({
        reason: 'TooLarge',
        message: expect.stringContaining('"zeros" has 5000 bytes'),
      });
      await expect(folder('ok', { maxFiles: 0 })).rejects.toMatchObject({
        reason: 'TooLarge',
      });
      expect((await fetch({ path: 'ok' })).files).toEqual({ a: 'a' });
    });

    it('follows links that stay in the folder, and refuses others', async () => {
      repository.commit({ 'in/a': 'a', secret: 's' });
      symlinkSync('a', repository.path('in/link'));
      repository.commit();
      expect((await fetch({ path: 'in' })).files).toEqual({
        a: 'a',
        link: 'a',
      });
      for (const [name, target] of [
        ['out', '../secret'],
        ['absolute', '/etc/passwd'],
        ['nowhere', 'gone'],
      ]) {
        symlinkSync(target, repository.path(`in/${name}`));
        repository.commit();
        await expect(fetch({ path: 'in' })).rejects.toMatchObject({
          reason: 'UnsafeLink',
          message: expect.stringContaining(`"${name}"`),
        });
        rmSync(repository.path(`in/${name}`));
      }
    });

    it('obeys no configuration of the user, and runs nothing of a repository', async () => {
      const home = join(temporaryDirectory, '..', 'evil-home');
      const marker = join(repository.root, 'ran');
      repository.commit({
        a: 'a\n',
        '.gitattributes': 'a filter=evil text eol=crlf\n',
      });
      const { files } = await fetch(
        {},
        {
          environment: {
            PATH: process.env.PATH,
            HOME: home,
            GIT_CONFIG_COUNT: '1',
            GIT_CONFIG_KEY_0: 'filter.evil.smudge',
            GIT_CONFIG_VALUE_0: `touch ${marker}`,
            GIT_SSH_COMMAND: `touch ${marker}`,
          },
        },
      );
      expect(files.a).toBe('a\n');
      expect(readdirSync(repository.root)).not.toContain('ran');
    });

    it('says when git is not installed', async () => {
      repository.commit({ a: 'a' });
      await expect(
        fetch({}, { environment: { PATH: '/nowhere' } }),
      ).rejects.toMatchObject({ reason: 'ToolMissing' });
      const old = mkdtempSync(join(tmpdir(), 'arena-old-git-'));
      writeFileSync(join(old, 'git'), '#!/bin/sh\necho git version 2.36.1\n', {
        mode: 0o755,
      });
      await expect(fetch({}, { environment: { PATH: old } })).rejects.toThrow(
        'and git version 2.36.1 is installed',
      );
      rmSync(old, { recursive: true });
    });
  });

  const noSshd = whyNoSshd();
  const whenSshd = noSshd ? describe.skip : describe;
  whenSshd(`over ssh${noSshd ? ` (${noSshd})` : ''}`, () => {
    let sshd: Sshd;

    beforeAll(async () => {
      sshd = await startSshd();
    });
    afterAll(() => sshd?.stop());

    const fetch = async (
      secret: Record<string, string>,
      options: { url?: string; allow?: string[] } = {},
    ) => {
      const url = `ssh://${sshd.user}@127.0.0.1:${sshd.port}${repository.bare}`;
      const fetched = await fetcher({ key: secret }, options).fetch(
        sourceOf({
          type: 'git',
          git: { url: options.url ?? url, secretRef: { name: 'key' } },
        }),
        { signal },
      );
      return { revision: fetched.revision, files: await unpack(fetched) };
    };
    const keys = () => ({
      identity: sshd.identity.trimEnd(),
      known_hosts: sshd.knownHosts,
    });

    it('fetches with a private key from a server that it knows', async () => {
      const sha = repository.commit({ a: 'a' });
      const fetched = { revision: `main@sha1:${sha}`, files: { a: 'a' } };
      expect(await fetch(keys())).toEqual(fetched);
      // As Secrets of type kubernetes.io/ssh-auth call it.
      const { identity, known_hosts } = keys();
      expect(await fetch({ 'ssh-privatekey': identity, known_hosts })).toEqual(
        fetched,
      );
    });

    it('talks to no server that it does not know, or that has another key', async () => {
      repository.commit({ a: 'a' });
      const other = sshd.knownHosts.replace('127.0.0.1', '127.0.0.2');
      for (const known_hosts of [other, '\n']) {
        await expect(fetch({ ...keys(), known_hosts })).rejects.toMatchObject({
          reason: 'HostKeyUnknown',
        });
      }
      const { identity } = keys();
      await expect(fetch({ identity })).rejects.toMatchObject({
        reason: 'SecretNotFound',
        message: expect.stringContaining('known_hosts'),
      });
    });

    it('says that the key is wrong, or is no key', async () => {
      repository.commit({ a: 'a' });
      const stranger = await startSshd();
      await stranger.stop();
      for (const identity of [stranger.identity, 'no key']) {
        await expect(fetch({ ...keys(), identity })).rejects.toMatchObject({
          reason: 'AuthenticationFailed',
        });
      }
    });

    it('asks no server of an internal network that is not listed', async () => {
      await expect(fetch(keys(), { allow: [] })).rejects.toMatchObject({
        reason: 'AddressNotAllowed',
      });
      await expect(
        fetch(keys(), { allow: [], url: 'git@localhost:bundle.git' }),
      ).rejects.toMatchObject({ reason: 'AddressNotAllowed' });
    });

    it('says when there is no such repository, or no server, over ssh too', async () => {
      const base = `ssh://${sshd.user}@127.0.0.1`;
      await expect(
        fetch(keys(), { url: `${base}:${sshd.port}/gone.git` }),
      ).rejects.toMatchObject({ reason: 'RepositoryNotFound' });
      await expect(
        fetch(keys(), { url: `${base}:1/gone.git` }),
      ).rejects.toMatchObject({ reason: 'Unreachable' });
    });
  });
});
