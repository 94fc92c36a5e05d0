import { InputError } from '@backstage/errors';

/** So many clusters can run side by side on a machine. */
export const SLOTS = 60;

/** Where a cluster is found. */
export interface Addresses {
  slot: number;
  /** Name of the network interface on this machine that leads to it. */
  interface: string;
  /** Where pods find this machine. */
  host: string;
  node: string;
  pods: string;
  services: string;
  /** The API server, for pods. */
  apiService: string;
  /** The API server, for everybody. */
  api: string;
}

/**
 * The addresses of the n-th cluster on a machine: each has its own, so that all of them can be reached at once. 198.18.0.0/15 is set
 * aside for tests and in nobody's network.
 */
export function addressesOf(slot: number): Addresses {
  if (!Number.isInteger(slot) || slot < 0 || slot >= SLOTS) {
    throw new InputError(
      `slot is ${slot}: allowed are whole numbers from 0 to ${SLOTS - 1}`,
    );
  }
  const link = `198.18.${255 - slot}`;
  const services = `198.19.${64 + slot}`;
  return {
    slot,
    interface: `arena${slot}`,
    host: `${link}.1`,
    node: `${link}.2`,
    pods: `198.18.${128 + slot}.0/24`,
    services: `${services}.0/24`,
    apiService: `${services}.1`,
    api: `https://${link}.2:6443`,
  };
}
