import { ArenaSource } from '@backstage-arena/plugin-arena-common';
import { SourceFetcher } from '@backstage-arena/plugin-arena-node';
import { parseDuration } from '../reconciler/parseDuration';

/** However short an interval is, nobody looks more often. */
const SHORTEST_INTERVAL_MS = 1_000;
/** Few sources are fetched at a time: one must not hold up the others for ever. */
const LONGEST_TIMEOUT_MS = 15 * 60_000;

/** How a source is fetched. */
export interface FetchPlan {
  fetcher: SourceFetcher;
  intervalMs: number;
  timeoutMs: number;
}

/** Why it cannot be. */
export interface SpecFault {
  reason: string;
  message: string;
}

/** Admission has seen the spec, but a cluster's own may be older than these rules. */
export function checkSourceSpec(
  source: ArenaSource,
  fetchers: ReadonlyMap<string, SourceFetcher>,
): FetchPlan | SpecFault {
  const { type, interval, timeout, targetPath } = source.spec;
  const fetcher = fetchers.get(type);
  if (!fetcher) {
    return {
      reason: 'UnsupportedSourceType',
      message: `spec.type: Unsupported value: "${type}"; this server fetches: ${
        [...fetchers.keys()].sort().join(', ') || 'nothing'
      }`,
    };
  }
  const intervalMs = parseDuration(interval);
  const timeoutMs = parseDuration(timeout);
  if (!intervalMs || !timeoutMs) {
    const [field, value] = intervalMs
      ? ['timeout', timeout]
      : ['interval', interval];
    return {
      reason: 'InvalidInterval',
      message: `spec.${field}: Invalid value: "${value}": must be a duration longer than 0s, such as 30s, 5m or 1h30m`,
    };
  }
  if (targetPath?.startsWith('/') || targetPath?.split('/').includes('..')) {
    return {
      reason: 'InvalidTargetPath',
      message: `spec.targetPath: Invalid value: "${targetPath}": must be a relative path without ".."`,
    };
  }
  return {
    fetcher,
    intervalMs: Math.max(intervalMs, SHORTEST_INTERVAL_MS),
    timeoutMs: Math.min(timeoutMs, LONGEST_TIMEOUT_MS),
  };
}
