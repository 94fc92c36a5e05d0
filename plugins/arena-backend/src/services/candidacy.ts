import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** How a replica takes part in an election, wherever that is held. */
export interface Candidacy {
  /** Differs between processes, also after a restart. */
  holder: string;
  /** Another replica takes over this long after the active one died. */
  ttlMs: number;
  renewMs: number;
}

/** That of this replica. */
export function candidacy(): Candidacy {
  const random = randomBytes(4).toString('hex');
  return {
    holder: `${hostname().slice(0, 80)}/${process.pid}/${random}`,
    ttlMs: 6_000,
    renewMs: 2_000,
  };
}
