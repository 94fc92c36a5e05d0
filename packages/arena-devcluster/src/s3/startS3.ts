import { ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findTool } from '../binary/findTool';
import { printProgress, Progress } from '../binary/Progress';
import { ensureVersitygw } from '../binary/ensureVersitygw';
import { freePort } from '../process/freePort';
import { identify, ProcessId } from '../process/processInfo';
import { run } from '../process/run';
import { endChild, hasEnded } from '../process/endChild';
import { until } from '../process/until';

const REGION = 'us-east-1';
const LOOPBACK = '127.0.0.1';
const START_TIMEOUT_MS = 30_000;

/** Who an S3 server lets in. @public */
export interface S3Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** Options of {@link startS3}. @public */
export interface S3Options {
  /** Folder of its objects. Default: a new one in the temporary folder, which is removed when it stops. */
  folder?: string;
  /**
   * Where it listens; `127.0.0.1` or `0.0.0.0` must be one of them. Default: `127.0.0.1`. For pods: the `hostAddress` of their cluster too,
   * which must be up.
   */
  addresses?: string[];
  /** Default: one that is free. */
  port?: number;
  /** Default: `devaccess` and `devsecretkey`. */
  credentials?: S3Credentials;
  /** `process` (default): it ends with this process. `detached`: it runs until its process is ended. */
  lifetime?: 'process' | 'detached';
  progress?: Progress;
}

/** An S3 server. Clients must use paths, not host names, for buckets. @public */
export interface S3Server {
  /** For clients on this machine. */
  endpoint: string;
  port: number;
  region: string;
  /** Of the administrator, who may do everything. */
  credentials: S3Credentials;
  /** Its number, and the start time that tells it apart from a later one with that number. */
  process: { pid: number; startTime: string };
  /** Makes a user who may do nothing until a bucket's policy says so. */
  createUser(credentials: S3Credentials): Promise<void>;
  /** Stops it. */
  stop(): Promise<void>;
}

/**
 * Starts a real S3 server (versitygw, built the first time) on a folder.
 *
 * @public
 */
export async function startS3(options: S3Options = {}): Promise<S3Server> {
  const {
    port = await freePort(),
    credentials = { accessKeyId: 'devaccess', secretAccessKey: 'devsecretkey' },
    progress = printProgress,
  } = options;
  const program = await ensureVersitygw(progress);
  const folder = path.resolve(
    options.folder ?? (await mkdtemp(path.join(tmpdir(), 'arena-s3-'))),
  );
  const admin = `${LOOPBACK}:${await freePort()}`;
  const endpoint = `http://${LOOPBACK}:${port}`;
  for (const name of ['data', 'users']) {
    await mkdir(path.join(folder, name), { recursive: true });
  }

  const log = path.join(folder, 'log');
  const child = startLogged(
    [
      ...mortality(options),
      program,
      ...(options.addresses ?? [LOOPBACK]).flatMap(address => [
        ...['--port', `${address}:${port}`],
      ]),
      ...['--admin-port', admin, '--region', REGION],
      ...['--quiet', '--keep-alive', '--health', '/healthz'],
      // It works in the folder of its data: other paths must be absolute.
      ...['--iam-dir', path.join(folder, 'users')],
      ...['posix', path.join(folder, 'data')],
    ],
    log,
    {
      ROOT_ACCESS_KEY: credentials.accessKeyId,
      ROOT_SECRET_KEY: credentials.secretAccessKey,
    },
  );
  const stop = async () => {
    await endChild(child);
    if (!options.folder) await rm(folder, { recursive: true, force: true });
  };
  let started: ProcessId;
  try {
    started = await untilReady(child, endpoint, log);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...{ endpoint, port, credentials, stop },
    region: REGION,
    process: started,
    async createUser(user) {
      await run(program, [
        ...['admin', '--allow-insecure', '-er', `http://${admin}`],
        ...['-a', credentials.accessKeyId, '-s', credentials.secretAccessKey],
        ...['create-user', '--role', 'user'],
        ...['--access', user.accessKeyId, '--secret', user.secretAccessKey],
      ]);
    },
  };
}

async function untilReady(
  child: ChildProcess,
  endpoint: string,
  log: string,
): Promise<ProcessId> {
  await until('the S3 server', START_TIMEOUT_MS, async () => {
    if (hasEnded(child)) return true;
    return (await fetch(`${endpoint}/healthz`)).ok;
  });
  const started = child.pid === undefined ? undefined : identify(child.pid);
  if (!started || hasEnded(child)) {
    const said = await readFile(log, 'utf8');
    throw new Error(`The S3 server ended with ${child.exitCode}: ${said}`);
  }
  return started;
}

/** What makes a program end with this process, however this ends. */
function mortality({ lifetime = 'process' }: S3Options): string[] {
  const setpriv = findTool('setpriv');
  return lifetime === 'process' && setpriv
    ? [setpriv, '--pdeathsig', 'KILL']
    : [];
}

function startLogged(
  [command, ...args]: string[],
  log: string,
  env: Record<string, string>,
): ChildProcess {
  const output = openSync(log, 'a');
  try {
    const child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', output, output],
      env: { PATH: process.env.PATH, ...env },
    });
    child.unref();
    return child;
  } finally {
    closeSync(output);
  }
}
