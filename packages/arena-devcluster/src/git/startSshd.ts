import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { findTool } from '../binary/findTool';
import { freePort } from '../process/freePort';
import { run } from '../process/run';
import { endChild } from '../process/endChild';
import { until } from '../process/until';

/** An SSH server on the loopback interface. @public */
export interface Sshd {
  port: number;
  /** Who signs in: the user that runs this process. */
  user: string;
  /** Private key that it lets in. */
  identity: string;
  /** Line of `known_hosts` with its key. */
  knownHosts: string;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 15_000;

/** Why no SSH server can be started here, or undefined when one can. @public */
export function whyNoSshd(): string | undefined {
  const missing = ['sshd', 'ssh', 'ssh-keygen', 'git'].filter(
    name => !findTool(name),
  );
  return missing.length > 0
    ? `not installed: ${missing.join(
        ', ',
      )} (Debian: openssh-server, openssh-client, git)`
    : undefined;
}

/**
 * Starts OpenSSH's server with fresh keys. Whoever signs in may do everything that this user may: for tests alone.
 *
 * @public
 */
export async function startSshd(): Promise<Sshd> {
  const folder = await mkdtemp(path.join(tmpdir(), 'arena-sshd-'));
  const file = (name: string) => path.join(folder, name);
  for (const name of ['host', 'user']) {
    await run('ssh-keygen', [
      ...['-q', '-t', 'ed25519', '-N', '', '-f', file(name)],
    ]);
  }
  const port = await freePort();
  await writeFile(
    file('config'),
    `Port ${port}
ListenAddress 127.0.0.1
HostKey ${file('host')}
AuthorizedKeysFile ${file('user.pub')}
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
LogLevel ERROR
`,
  );
  // Its own, as a root of tests: distributions make it when the service starts.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true });
  const child = spawn(
    findTool('sshd') ?? '/usr/sbin/sshd',
    ['-D', '-e', '-f', file('config')],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr!.on('data', chunk => (said += chunk));
  const stop = async () => {
    await endChild(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until('the SSH server', START_TIMEOUT_MS, async () => {
      if (child.exitCode !== null) throw new Error(said);
      return answers(port);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  const [type, key] = (await readFile(file('host.pub'), 'utf8')).split(' ');
  return {
    port,
    user: userInfo().username,
    identity: await readFile(file('user'), 'utf8'),
    knownHosts: `[127.0.0.1]:${port} ${type} ${key}\n`,
    stop,
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'data');
    return true;
  } finally {
    socket.destroy();
  }
}
