import { resolve } from 'node:path';

/**
 * The folder from which the user called. npm and yarn scripts run in the folder of the package and leave the caller's folder in
 * `INIT_CWD`.
 */
export function callerDirectory(): string {
  return process.env.INIT_CWD || process.cwd();
}

/** Resolves a path of the command line. */
export function resolveFromCaller(path: string): string {
  return resolve(callerDirectory(), path);
}
