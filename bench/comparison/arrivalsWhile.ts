import { ARRIVALS_PATH } from '../engine/profile';

/** How evenly requests came, as the server saw them. */
export interface Evenness {
  count: number;
  /** From the first to the last. */
  perSecond: number;
  /** Behind an even rate; the request that was ahead of all others is on time. */
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** Does something, and tells when requests came at the model server meanwhile: one yardstick for all tools. */
export async function arrivalsWhile<T>(
  url: string,
  rate: number,
  work: () => Promise<T>,
): Promise<{ value: T; evenness: Evenness }> {
  const arrivals = new URL(ARRIVALS_PATH, url);
  await fetch(arrivals, { method: 'PUT' });
  const value = await work();
  const response = await fetch(arrivals);
  const times: number[] = await response.json();
  return { value, evenness: evennessOf(times, rate) };
}

function evennessOf(times: readonly number[], rate: number): Evenness {
  if (times.length < 2) throw new Error('The server has seen no load');
  const gap = 1_000 / rate;
  const offsets = times.map((time, index) => time - index * gap);
  const ahead = Math.min(...offsets);
  const late = offsets.map(offset => offset - ahead).sort((a, b) => a - b);
  const at = (share: number) => late[Math.floor(share * (late.length - 1))];
  const spanMs = times[times.length - 1] - times[0];
  return {
    count: times.length,
    perSecond: (1_000 * (times.length - 1)) / spanMs,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
  };
}
