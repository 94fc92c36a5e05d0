import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** Another replica takes over this long after the active one died. */
export const LEADER_TTL_MS = 6_000;
export const LEADER_RENEW_MS = 2_000;

/** Identity of this replica: differs between processes, also after a restart. */
export function replicaName(): string {
  const random = randomBytes(4).toString('hex');
  return `${hostname().slice(0, 80)}/${process.pid}/${random}`;
}
