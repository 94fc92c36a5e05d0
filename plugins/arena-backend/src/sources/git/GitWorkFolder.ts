import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { GitCredential } from './GitCredential';
import { GitObjectFormat } from './findCommit';
import { gitMissing, GitProcess } from './GitProcess';
import { GitUrl } from './GitUrl';

/** Options of {@link GitWorkFolder.create}. */
export interface GitWorkFolderOptions {
  temporaryDirectory: string;
  url: GitUrl;
  credential: GitCredential;
  /** Address that the host was resolved to, to which git must connect. Absent: a proxy resolves it. */
  address?: string;
  /** Through which git must go. Absent: none. */
  proxy?: string;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
  /** Of one file that git writes. */
  maxFileBytes: number;
  /** Of each process of git. */
  maxMemoryBytes: number;
  /** By which hash the repository names its objects. */
  objectFormat: GitObjectFormat;
}

/** Passed on to git. Everything else could change what it does. */
const INHERITED = ['PATH', 'TMPDIR'];

/**
 * A folder in which git works for one fetch: with no configuration of a user or of the machine, no hooks, no prompts, and none but the
 * protocol that is wanted.
 */
export class GitWorkFolder {
  readonly #path: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #options: GitWorkFolderOptions;

  private constructor(
    path: string,
    env: NodeJS.ProcessEnv,
    options: GitWorkFolderOptions,
  ) {
    this.#path = path;
    this.#env = env;
    this.#options = options;
  }

  static async create(options: GitWorkFolderOptions): Promise<GitWorkFolder> {
    const { temporaryDirectory, url } = options;
    await mkdir(temporaryDirectory, { recursive: true });
    const path = await mkdtemp(join(temporaryDirectory, 'git-'));
    try {
      await chmod(path, 0o700);
      await mkdir(join(path, 'home'));
      const env =
        url.protocol === 'ssh'
          ? await sshEnvironment(path, options)
          : await httpEnvironment(path, options);
      const folder = new GitWorkFolder(path, env, options);
      await folder.#checkVersion();
      await folder.run([
        ...['init', '--quiet', '--bare', '--template='],
        ...[`--object-format=${options.objectFormat}`, 'repo'],
      ]);
      return folder;
    } catch (error) {
      await rm(path, { recursive: true, force: true });
      throw error;
    }
  }

  /** Runs git in the repository and returns what it prints. */
  async run(args: readonly string[]): Promise<string> {
    return this.start(args).output();
  }

  start(args: readonly string[]): GitProcess {
    const { signal, url, maxFileBytes, maxMemoryBytes } = this.#options;
    const needsNone = ['init', '--version'].includes(args[0]);
    return new GitProcess({
      args: needsNone ? args : ['--git-dir=repo', ...args],
      cwd: this.#path,
      env: this.#env,
      where: url.host,
      signal,
      maxFileBytes,
      maxMemoryBytes,
    });
  }

  /** Older ones do not know how to connect to the address that was checked, and say nothing about it. */
  async #checkVersion(): Promise<void> {
    const printed = await this.run(['--version']);
    const [, major, minor] = /(\d+)\.(\d+)/.exec(printed) ?? [];
    if (Number(major) * 1_000 + Number(minor) < 2_037) {
      throw gitMissing(`${printed.trim()} is installed`);
    }
  }

  async discard(): Promise<void> {
    await rm(this.#path, { recursive: true, force: true });
  }
}

function commonEnvironment(
  path: string,
  { environment, url }: GitWorkFolderOptions,
  settings: Array<[string, string]>,
): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    HOME: join(path, 'home'),
    XDG_CONFIG_HOME: join(path, 'home'),
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'true',
    SSH_ASKPASS_REQUIRE: 'never',
    GIT_ALLOW_PROTOCOL: url.protocol,
    GIT_LFS_SKIP_SMUDGE: '1',
  };
  for (const name of INHERITED) {
    if (environment[name] !== undefined) env[name] = environment[name];
  }
  // By environment: arguments can be seen by everyone on the machine.
  const all: Array<[string, string]> = [
    ['core.hooksPath', '/dev/null'],
    ['core.fsmonitor', 'false'],
    ['credential.helper', ''],
    ['gc.auto', '0'],
    // Of few objects too: `unpack-objects` would keep whole files in memory.
    ['fetch.unpackLimit', '1'],
    // A hostile pack costs one processor, and little memory.
    ['pack.threads', '1'],
    ['core.bigFileThreshold', '16m'],
    ['core.packedGitWindowSize', '16m'],
    ['core.packedGitLimit', '128m'],
    ['core.deltaBaseCacheLimit', '32m'],
    ['pack.windowMemory', '64m'],
    ['maintenance.auto', 'false'],
    ['protocol.version', '2'],
    ['transfer.bundleURI', 'false'],
    ...settings,
  ];
  all.forEach(([key, value], index) => {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  env.GIT_CONFIG_COUNT = String(all.length);
  return env;
}

async function httpEnvironment(
  path: string,
  options: GitWorkFolderOptions,
): Promise<NodeJS.ProcessEnv> {
  const { url, credential, address, proxy } = options;
  const settings: Array<[string, string]> = [
    ['http.proxy', proxy ?? ''],
    // Where a redirect leads is looked at before git is started.
    ['http.followRedirects', 'false'],
    ['http.lowSpeedLimit', '1'],
    ['http.lowSpeedTime', '30'],
  ];
  if (url.protocol === 'https') {
    const bundle = join(path, 'ca.pem');
    const trusted = [...getCACertificates('default'), credential.ca ?? ''];
    await writeFile(bundle, trusted.join('\n'));
    settings.push(['http.sslCAInfo', bundle]);
  }
  if (credential.authorization) {
    settings.push([
      'http.extraHeader',
      `Authorization: ${credential.authorization}`,
    ]);
  }
  if (address) {
    const port = url.port ?? (url.protocol === 'https' ? 443 : 80);
    const literal = address.includes(':') ? `[${address}]` : address;
    settings.push(['http.curloptResolve', `${url.host}:${port}:${literal}`]);
  }
  return commonEnvironment(path, options, settings);
}

async function sshEnvironment(
  path: string,
  options: GitWorkFolderOptions,
): Promise<NodeJS.ProcessEnv> {
  const { url, credential, address } = options;
  const identity = join(path, 'identity');
  const knownHosts = join(path, 'known_hosts');
  const config = join(path, 'ssh_config');
  await writeFile(identity, credential.identity ?? '', { mode: 0o600 });
  await writeFile(knownHosts, credential.knownHosts ?? '');
  const host = url.host.toLowerCase();
  const alias =
    url.port === undefined || url.port === 22 ? host : `[${host}]:${url.port}`;
  const settings: Record<string, string> = {
    BatchMode: 'yes',
    StrictHostKeyChecking: 'yes',
    UserKnownHostsFile: quoted(knownHosts),
    GlobalKnownHostsFile: 'none',
    UpdateHostKeys: 'no',
    CheckHostIP: 'no',
    HostKeyAlias: alias,
    ...(address && { HostName: address }),
    IdentityFile: quoted(identity),
    IdentitiesOnly: 'yes',
    IdentityAgent: 'none',
    PreferredAuthentications: 'publickey',
    ForwardAgent: 'no',
    PermitLocalCommand: 'no',
    ConnectTimeout: '15',
    ServerAliveInterval: '15',
    ServerAliveCountMax: '2',
    LogLevel: 'ERROR',
  };
  const lines = Object.entries(settings).map(
    ([key, value]) => `  ${key} ${value}\n`,
  );
  await writeFile(config, `Host *\n${lines.join('')}`);
  return {
    ...commonEnvironment(path, options, []),
    GIT_SSH_COMMAND: `ssh -F '${config.replace(/'/g, `'\\''`)}'`,
    GIT_SSH_VARIANT: 'ssh',
  };
}

function quoted(path: string): string {
  return `"${path}"`;
}
