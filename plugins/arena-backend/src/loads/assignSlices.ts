/** A share of a second, and which process has it. */
export interface Share {
  second: number;
  share: number;
  shares: number;
  /** Absent: nobody. */
  owner?: string;
}

/** Shares that nobody took are given to whoever asks so shortly before they are due. */
const TAKE_OVER_MS = 600;

/**
 * Which shares a process gets: one of each second that is leased, and what others left.
 *
 * @param shares - of seconds that have not begun yet, or only just
 * @param owner - who asks
 * @param nowMs - from the start of the test
 */
export function assignSlices(
  shares: readonly Share[],
  owner: string,
  nowMs: number,
): Share[] {
  const served = new Set(
    shares.filter(each => each.owner === owner).map(({ second }) => second),
  );
  const assigned: Share[] = [];
  for (const each of shares) {
    if (each.owner !== undefined) continue;
    const isLeft = each.second * 1_000 - nowMs < TAKE_OVER_MS;
    if (served.has(each.second) && !isLeft) continue;
    served.add(each.second);
    assigned.push(each);
  }
  return assigned;
}
