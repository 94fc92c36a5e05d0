import { LeaseRequest } from '@backstage-arena/plugin-arena-common';
import { CliError } from '../cli/errors';

/** What the launcher tells a worker. */
export interface WorkerEnvironment {
  /** Base URL of the worker protocol, without a slash at its end. */
  backendUrl: string;
  runId: string;
  token: string;
  workerId: string;
  /** Folder in which bundles are kept by digest and shared with other workers; absent: a private temporary folder. */
  cacheDirectory?: string;
  /** Where the claim of the run's output is mounted. */
  outputDirectory?: string;
  /** What it is for: the items alone, or the reports alone. Absent: both. */
  role?: WorkerRole;
  /** How long items that have started may go on after the request to stop. */
  drainTimeoutMs: number;
  /** How long the backend may be out of reach before the worker gives up. */
  patienceMs: number;
}

/** What a worker may be there for alone. */
export type WorkerRole = NonNullable<LeaseRequest['role']>;

const REQUIRED = [
  'ARENA_BACKEND_URL',
  'ARENA_RUN_ID',
  'ARENA_RUN_TOKEN',
  'ARENA_WORKER_ID',
] as const;

/**
 * Reads the environment and takes the run token out of it: what a bundle starts or refers to cannot see it.
 *
 * @throws CliError that names every variable that is missing or wrong.
 */
export function takeWorkerEnvironment(
  env: NodeJS.ProcessEnv,
): WorkerEnvironment {
  const problems = REQUIRED.filter(name => !env[name]).map(
    name => `${name} is not set`,
  );
  const url = env.ARENA_BACKEND_URL ?? '';
  if (url && !isHttpUrl(url)) {
    problems.push(
      `ARENA_BACKEND_URL is '${url}': allowed is an http or https URL`,
    );
  }
  const role = env.ARENA_WORKER_ROLE || undefined;
  if (!isRole(role)) {
    problems.push(
      `ARENA_WORKER_ROLE is '${role}': allowed are work and finalize, or nothing for both`,
    );
  }
  const drainTimeoutMs = readMilliseconds(
    env,
    'ARENA_DRAIN_TIMEOUT_MS',
    25_000,
    problems,
  );
  const patienceMs = readMilliseconds(
    env,
    'ARENA_PATIENCE_MS',
    15 * 60_000,
    problems,
  );
  if (problems.length > 0) {
    throw new CliError(
      "'arena worker' is started by a launcher, which sets its environment",
      { details: problems },
    );
  }
  const environment = {
    backendUrl: url.replace(/\/+$/, ''),
    runId: env.ARENA_RUN_ID!,
    token: env.ARENA_RUN_TOKEN!,
    workerId: env.ARENA_WORKER_ID!,
    cacheDirectory: env.ARENA_CACHE_DIR || undefined,
    outputDirectory: env.ARENA_OUTPUT_DIR || undefined,
    role: isRole(role) ? role : undefined,
    drainTimeoutMs,
    patienceMs,
  };
  delete env.ARENA_RUN_TOKEN;
  return environment;
}

function isRole(value: string | undefined): value is WorkerRole | undefined {
  return value === undefined || value === 'work' || value === 'finalize';
}

function isHttpUrl(value: string): boolean {
  return (
    URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol)
  );
}

function readMilliseconds(
  env: NodeJS.ProcessEnv,
  name: string,
  fallback: number,
  problems: string[],
): number {
  const value = env[name];
  if (!value) return fallback;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  problems.push(
    `${name} is '${value}': allowed is a whole number of milliseconds`,
  );
  return fallback;
}
