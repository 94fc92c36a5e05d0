import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Administrators' tools are often missing in the PATH of a user. */
const FOLDERS = ['/usr/local/go/bin', '/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The PATH that tools are looked for in, and components are started with. */
export function toolPath(): string {
  return [process.env.PATH, ...FOLDERS].filter(Boolean).join(path.delimiter);
}

/** Path of an executable; undefined when there is none. */
export function findTool(name: string): string | undefined {
  return toolPath()
    .split(path.delimiter)
    .map(folder => path.resolve(folder, name))
    .find(isExecutable);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
