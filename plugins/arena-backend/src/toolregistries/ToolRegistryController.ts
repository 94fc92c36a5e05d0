import { ObjectKey, ToolRegistry } from '@backstage-arena/plugin-arena-common';
import {
  EventRecorder,
  ResourceStore,
} from '@backstage-arena/plugin-arena-node';
import { Controller, ReconcileResult } from '../reconciler/Controller';
import { findCondition } from '../reconciler/conditions';
import { getOrUndefined } from '../reconciler/getOrUndefined';
import { parseDuration } from '../reconciler/parseDuration';
import { RecentLooks } from '../reconciler/RecentLooks';
import { StatusWriter } from '../reconciler/StatusWriter';
import { Clock } from '../time/Clock';
import { DiscoveryOptions, discoverRegistry } from './discoverRegistry';
import { registryStatus, saysTheSame } from './registryStatus';

/** Options of a {@link ToolRegistryController}. */
export interface ToolRegistryControllerOptions extends DiscoveryOptions {
  store: ResourceStore;
  events: EventRecorder;
  clock: Clock;
}

const INTERVAL_MS = 60_000;
/** Objects of a cluster may be older than the rule of admission. */
const MIN_INTERVAL_MS = 10_000;
/** How old the times of a status become when nothing else in it changes: each write is kept, and seen by all who watch. */
const STALE_TIMES_MS = 600_000;

/** Finds the tools of ToolRegistries: at once when new or changed, and again at the interval of their probe. */
export class ToolRegistryController implements Controller {
  readonly kind = 'ToolRegistry' as const;
  private readonly options: ToolRegistryControllerOptions;
  private readonly statuses: StatusWriter;
  private readonly looks: RecentLooks<undefined>;

  constructor(options: ToolRegistryControllerOptions) {
    this.options = options;
    this.looks = new RecentLooks(options.clock);
    // Its own interval keeps it from writing too often.
    this.statuses = new StatusWriter(options.store, 0);
  }

  async reconcile(key: ObjectKey): Promise<ReconcileResult> {
    const { store, events, clock } = this.options;
    const registry = await getOrUndefined<ToolRegistry>(
      store,
      'ToolRegistry',
      key,
    );
    if (!registry || registry.metadata.deletionTimestamp) {
      this.looks.forget(key);
      return {};
    }
    const recent = this.looks.find(registry, intervalOf(registry));
    const dueMs = dueIn(registry, clock.now(), recent?.dueInMs);
    if (dueMs > 0)
      return Number.isFinite(dueMs) ? { requeueAfterMs: dueMs } : {};

    const findings = await discoverRegistry(registry, this.options);
    const status = registryStatus(registry, findings, clock.now());
    const isFresh = ageOf(registry, clock.now()) < STALE_TIMES_MS;
    if (!isFresh || !saysTheSame(registry.status, status)) {
      await this.statuses.write(registry, status);
    }
    this.looks.keep(registry, undefined);
    if (registry.status?.phase !== status.phase) {
      const ready = status.phase === 'Ready';
      await events.record(registry, {
        type: ready ? 'Normal' : 'Warning',
        reason: ready ? 'ToolsDiscovered' : 'DiscoveryFailed',
        message: findCondition(status.conditions, 'Ready')?.message ?? '',
      });
    }
    return { requeueAfterMs: intervalOf(registry) };
  }

  async stepDown(): Promise<void> {
    this.looks.clear();
  }
}

/**
 * Milliseconds until the registry is to be looked at; infinite when only a change matters.
 *
 * @param rememberedMs - what is known of a look that changed nothing, and was not written down
 */
function dueIn(
  registry: ToolRegistry,
  now: Date,
  rememberedMs: number | undefined,
): number {
  const { metadata, spec, status } = registry;
  if (status?.observedGeneration !== metadata.generation) return 0;
  const age = ageOf(registry, now);
  if (age === Infinity) return 0;
  if (spec.probe?.enabled === false && status.phase === 'Ready')
    return Infinity;
  return rememberedMs ?? intervalOf(registry) - age;
}

/** Milliseconds since the look that the status tells of; infinite when it tells of none. */
function ageOf({ status }: ToolRegistry, now: Date): number {
  const last = Date.parse(status?.lastDiscoveryTime ?? '');
  return Number.isNaN(last) ? Infinity : now.getTime() - last;
}

function intervalOf({ spec }: ToolRegistry): number {
  const interval = parseDuration(spec.probe?.interval ?? '') ?? INTERVAL_MS;
  return Math.max(interval, MIN_INTERVAL_MS);
}
