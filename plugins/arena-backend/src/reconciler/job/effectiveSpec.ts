import {
  ArenaConfigSpec,
  ArenaJobSpec,
  ArenaProviderEntry,
  RunPins,
} from '@backstage-arena/plugin-arena-common';
import { parseDuration } from '../parseDuration';

/** What a run is planned from, after ArenaJob and ArenaConfig were put together. What is absent, the arena file decides. */
export interface EffectiveSpec {
  sourceName: string;
  arenaFile: string;
  include?: string[];
  exclude?: string[];
  trials?: number;
  /** Group to entries. Absent: the arena file's own providers. */
  providers?: Record<string, ArenaProviderEntry[]>;
  /** Absent: the arena file's own tools. Without a namespace: the object's own. */
  toolRegistries?: Array<{ name: string; namespace?: string }>;
  /** Simulated users. Absent: the arena file alone decides. */
  selfPlay?: RunPins['selfPlay'];
  outputFormats: string[];
  concurrency?: number;
  itemTimeoutMs?: number;
  maxAttempts?: number;
  compat: boolean;
  verbose: boolean;
}

const DEFAULT_ARENA_FILE = 'config.arena.yaml';
const DEFAULT_FORMATS = ['json'];

/**
 * Puts a job and the ArenaConfig that it refers to together: field by field the job wins, then the config, then the arena
 * file. A list replaces, it never merges.
 */
export function effectiveSpec(
  job: ArenaJobSpec,
  config?: ArenaConfigSpec,
): EffectiveSpec {
  // The job's arena file has a default, which must not hide what the config says.
  const arenaFile =
    job.arenaFile !== DEFAULT_ARENA_FILE
      ? job.arenaFile
      : config?.arenaFile ?? DEFAULT_ARENA_FILE;
  const retries = config?.evaluation?.maxRetries;
  return {
    sourceName: config ? config.sourceRef.name : job.sourceRef.name,
    arenaFile,
    include: job.scenarios?.include ?? config?.scenarios?.include,
    exclude: job.scenarios?.exclude ?? config?.scenarios?.exclude,
    trials: job.trials,
    providers:
      job.providers ??
      (config?.providers && {
        default: config.providers.map(providerRef => ({ providerRef })),
      }),
    toolRegistries: job.toolRegistries ?? config?.toolRegistries,
    selfPlay: selfPlayOf(config),
    outputFormats: job.evaluation?.outputFormats ?? DEFAULT_FORMATS,
    concurrency: config?.evaluation?.concurrency,
    itemTimeoutMs:
      config?.evaluation && parseDuration(config.evaluation.timeout),
    maxAttempts: retries === undefined ? undefined : retries + 1,
    compat: job.compat,
    verbose: job.verbose,
  };
}

/** What an ArenaConfig says of simulated users. */
export function selfPlayOf(
  config: ArenaConfigSpec | undefined,
): RunPins['selfPlay'] {
  if (!config?.selfPlay?.enabled) return undefined;
  const { rounds, swapRoles } = config.selfPlay;
  return { rounds, swapRoles };
}
