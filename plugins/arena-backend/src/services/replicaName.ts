import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** What this replica calls itself in elections: host, process, and what differs between processes, also after a restart. */
export function replicaName(): string {
  const random = randomBytes(4).toString('hex');
  return `${hostname().slice(0, 80)}/${process.pid}/${random}`;
}
