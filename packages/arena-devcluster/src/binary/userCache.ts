import { homedir } from 'node:os';
import path from 'node:path';

/** A path in the folder of what is built once for a user and shared by all checkouts. */
export function userCache(...parts: string[]): string {
  return path.join(
    process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'),
    'backstage-arena',
    ...parts,
  );
}
