import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { say } from './log.mjs';
import { root } from './paths.mjs';

const READY_TIMEOUT_MS = 180_000;

/** A port of the loopback interface that is free now. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** Builds the browser application when its sources have changed since the last time. */
export async function buildApp({ yarn }) {
  const app = path.join(root, 'packages', 'app');
  const marker = path.join(app, 'dist', '.arena-built');
  const wanted = await fingerprint([
    'packages/app/src',
    'packages/app/public',
    'packages/app/package.json',
    'plugins/arena/src',
    'plugins/arena/package.json',
    'plugins/arena-common/src',
    'app-config.yaml',
    'yarn.lock',
  ]);
  if (existsSync(marker) && (await readFile(marker, 'utf8')) === wanted) return;
  say('Building the browser application (about 1 minute)');
  await yarn(['workspace', 'app', 'build'], {
    quiet: true,
    what: 'building the browser application',
  });
  await writeFile(marker, wanted);
}

async function fingerprint(entries) {
  const hash = createHash('sha256');
  for (const entry of entries) {
    const file = path.join(root, entry);
    const names = entry.includes('.')
      ? ['']
      : (await readdir(file, { recursive: true })).sort();
    for (const name of names) {
      const content = await readFile(path.join(file, name)).catch(error => {
        if (error.code === 'EISDIR') return undefined;
        throw error;
      });
      if (content) hash.update(entry).update(name).update(content);
    }
  }
  return hash.digest('hex');
}

/**
 * Starts the portal's backend, which serves the browser application too, and waits until it answers. `entry`: another backend than that of the
 * demo. `database`: address of a PostgreSQL server; without one there are SQLite files.
 *
 * @param {{ node: string, env: NodeJS.ProcessEnv }} prepared
 * @param {{ port: number, entry?: string, database?: string, dataDirectory?: string, configs?: string[], env?: Record<string, string>, onLog: (text: string) => void }} options
 * @returns {Promise<{ url: string, pid: number, exited: Promise<number>, stop: (signal?: NodeJS.Signals) => Promise<void> }>}
 */
export async function startPortal(prepared, options) {
  const {
    port,
    entry = 'packages/backend/src/index.ts',
    database,
    dataDirectory,
    configs = ['app-config.yaml'],
    onLog,
  } = options;
  const url = `http://localhost:${port}`;
  const env = {
    ...prepared.env,
    NODE_ENV: 'development',
    NODE_OPTIONS: '--no-node-snapshot',
    APP_CONFIG_app_baseUrl: url,
    APP_CONFIG_backend_baseUrl: url,
    APP_CONFIG_backend_cors_origin: url,
    APP_CONFIG_backend_listen_port: String(port),
    ...(dataDirectory && {
      APP_CONFIG_arena_dataDirectory: path.join(dataDirectory, 'arena'),
    }),
    ...(database
      ? {
          APP_CONFIG_backend_database_client: 'pg',
          APP_CONFIG_backend_database_connection: JSON.stringify(database),
          // One server has several portals.
          APP_CONFIG_backend_database_prefix: `portal_${port}_`,
        }
      : dataDirectory && {
          APP_CONFIG_backend_database_connection_directory: path.join(
            dataDirectory,
            'database',
          ),
        }),
    ...options.env,
  };
  const child = spawn(
    prepared.node,
    [
      '--require',
      require_('@backstage/cli/config/nodeTransform.cjs'),
      entry,
      ...configs.flatMap(file => ['--config', path.resolve(root, file)]),
    ],
    { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  // It does not outlive whoever started it, also while it is not ready yet.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  child.stdout.setEncoding('utf8').on('data', onLog);
  child.stderr.setEncoding('utf8').on('data', onLog);
  const exited = new Promise(resolve =>
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 128 : 1))),
  );
  const stop = async (signal = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await exited;
    }
  };
  try {
    await untilReady(url, exited);
  } catch (error) {
    await stop('SIGKILL');
    throw error;
  }
  return { url, pid: child.pid, exited, stop };
}

function require_(file) {
  return path.join(root, 'node_modules', ...file.split('/'));
}

async function untilReady(url, exited) {
  let code;
  exited.then(value => (code = value));
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (code !== undefined) {
      throw new Error(
        `The backend ended with status ${code} before it was ready`,
      );
    }
    const answers = await Promise.all(
      ['/.backstage/health/v1/readiness', '/api/arena/v1/health'].map(at =>
        fetch(url + at).then(
          response => response.ok || response.status === 401,
          () => false,
        ),
      ),
    );
    if (answers.every(Boolean)) return;
    await new Promise(resolve => setTimeout(resolve, 500));
  }
  throw new Error(`The backend did not answer at ${url} in time`);
}

/**
 * A token for the guest user of the demo portal.
 *
 * @param {string} url
 * @param {Record<string, string>} [headers] that say who it is, where guests have names
 */
export async function guestToken(url, headers) {
  const response = await fetch(`${url}/api/auth/guest/refresh`, {
    headers: { 'X-Requested-With': 'XMLHttpRequest', ...headers },
  });
  if (!response.ok) {
    throw new Error(
      `Signing in as guest failed with status ${
        response.status
      }: ${await response.text()}`,
    );
  }
  return (await response.json()).backstageIdentity.token;
}

/**
 * Runs the `arena` command line against a portal.
 *
 * @returns {{ command: string, args: string[], env: NodeJS.ProcessEnv }}
 */
export function arenaCommand(prepared, portal, args) {
  return {
    command: prepared.node,
    args: [
      path.join(root, 'packages', 'arena-worker', 'bin', 'arena'),
      ...args,
    ],
    env: {
      ...prepared.env,
      ARENA_URL: portal.url,
      ...(portal.token && { ARENA_TOKEN: portal.token }),
    },
  };
}
