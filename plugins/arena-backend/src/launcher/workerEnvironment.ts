import { InputError } from '@backstage/errors';

/**
 * What child processes get from the environment of the backend. Everything else stays behind: the backend's own
 * environment holds the secrets of the whole portal.
 */
const INHERITED = [
  'PATH',
  'HOME',
  'TZ',
  'LANG',
  'LC_ALL',
  'TMPDIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SystemRoot',
  'TEMP',
];

const LOOPBACK = /^(localhost|127\.[0-9.]+|\[::1\])$/;

const SLOT = /^ARENA_CREDENTIAL_[A-Z0-9_]+$/;

/** The part of the backend's environment that a child process may see. */
export function inheritedEnvironment(
  environment: NodeJS.ProcessEnv,
): Record<string, string> {
  return Object.fromEntries(
    INHERITED.flatMap(name => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The whole environment of one worker. */
export function workerEnvironment(options: {
  inherited: NodeJS.ProcessEnv;
  runId: string;
  workerId: string;
  bundleDirectory: string;
  token: string;
  backendUrl: string;
  credentials: Record<string, string>;
  verbose: boolean;
  /** It writes the reports and does nothing else. */
  finalizing: boolean;
  drainTimeoutMs: number;
}): Record<string, string> {
  for (const slot of Object.keys(options.credentials)) {
    // A slot is chosen by us; any other name could replace PATH or NODE_OPTIONS of the worker.
    if (!SLOT.test(slot)) {
      throw new InputError(
        `Invalid credential slot '${slot}': allowed are names like ARENA_CREDENTIAL_1`,
      );
    }
  }
  const inherited = inheritedEnvironment(options.inherited);
  const { hostname } = new URL(options.backendUrl);
  // A proxy would look for a backend on this machine on its own.
  const direct = [
    inherited.NO_PROXY ?? inherited.no_proxy,
    LOOPBACK.test(hostname) && hostname,
  ]
    .filter(Boolean)
    .join(',');
  return {
    ...inherited,
    ...(direct ? { NO_PROXY: direct, no_proxy: direct } : undefined),
    ...options.credentials,
    ARENA_BACKEND_URL: options.backendUrl,
    ARENA_RUN_ID: options.runId,
    ARENA_RUN_TOKEN: options.token,
    ARENA_WORKER_ID: options.workerId,
    ARENA_CACHE_DIR: options.bundleDirectory,
    ARENA_DRAIN_TIMEOUT_MS: String(options.drainTimeoutMs),
    ARENA_VERBOSE: options.verbose ? 'true' : 'false',
    ...(options.finalizing ? { ARENA_WORKER_ROLE: 'finalize' } : undefined),
  };
}
