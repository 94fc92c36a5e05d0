import {
  ArenaConfig,
  ArenaConfigStatus,
  ArenaObject,
  ArenaSource,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';
import {
  EventRecorder,
  ResourceStore,
} from '@backstage-arena/plugin-arena-node';
import { isDeepStrictEqual } from 'node:util';
import { SecretReader } from '../planning/credentials';
import { Planner } from '../planning/Planner';
import { withConditions } from '../reconciler/conditions';
import { Controller, ReconcileResult } from '../reconciler/Controller';
import { getOrUndefined } from '../reconciler/getOrUndefined';
import { formatKey, parseKey } from '../reconciler/objectKeys';
import { objectId, ReadIndex, recordReads } from '../reconciler/recordReads';
import { StatusWriter } from '../reconciler/StatusWriter';
import { Clock } from '../time/Clock';
import { formatTimestamp } from '../time/formatTimestamp';
import { ConfigFindings, validateConfig } from './validateConfig';

/** Options of a {@link ConfigController}. */
export interface ConfigControllerOptions {
  store: ResourceStore;
  events: EventRecorder;
  planner: Planner;
  secrets: SecretReader;
  clock: Clock;
}

/** Watches wake it; the timer is for planning that failed for a passing reason. */
const RECHECK_MS = 30_000;

/** Validates ArenaConfigs: source, providers, tool registries, and that they leave something to run. */
export class ConfigController implements Controller {
  readonly kind = 'ArenaConfig' as const;
  private readonly options: ConfigControllerOptions;
  private readonly statuses: StatusWriter;
  private readonly readers = new ReadIndex();

  constructor(options: ConfigControllerOptions) {
    this.options = options;
    this.statuses = new StatusWriter(options.store);
  }

  affectedBy(changed: ArenaObject): ObjectKey[] {
    return this.readers.readersOf(changed).map(parseKey);
  }

  async stepDown(): Promise<void> {
    this.readers.clear();
  }

  async reconcile(key: ObjectKey): Promise<ReconcileResult> {
    const { store, events } = this.options;
    const name = formatKey(key);
    this.readers.delete(name);
    const config = await getOrUndefined<ArenaConfig>(store, 'ArenaConfig', key);
    if (!config || config.metadata.deletionTimestamp) return {};

    const findings = await validateConfig(config, {
      ...this.options,
      store: recordReads(store, id => {
        // Its own reads would wake it after each of its own writes.
        if (id !== objectId('ArenaConfig', key)) this.readers.add(name, id);
      }),
    });
    const status = this.describe(config, findings);
    const result = await this.statuses.write(config, status);
    const ready = findings.phase === 'Ready';
    if (result.written && config.status?.phase !== status.phase) {
      const failure = findings.observations.find(
        entry => entry.type === 'Ready',
      );
      await events.record(
        config,
        ready
          ? {
              type: 'Normal',
              reason: 'ValidationSucceeded',
              message: `${findings.scenarioCount} scenarios are selected`,
            }
          : {
              type: 'Warning',
              reason: 'ValidationFailed',
              message: failure?.message ?? '',
            },
      );
    }
    return ready || config.spec.suspend ? {} : { requeueAfterMs: RECHECK_MS };
  }

  private describe(
    config: ArenaConfig,
    findings: ConfigFindings,
  ): ArenaConfigStatus {
    const now = this.options.clock.now();
    const { generation } = config.metadata;
    const status: ArenaConfigStatus = {
      ...config.status,
      phase: findings.phase,
      observedGeneration: generation,
      conditions: withConditions(
        config.status?.conditions,
        findings.observations,
        { now, generation },
      ),
      resolvedSource: describeSource(findings),
      resolvedProviders: findings.providers,
    };
    const same = isDeepStrictEqual(
      JSON.parse(JSON.stringify(status)),
      JSON.parse(JSON.stringify(config.status ?? {})),
    );
    return same ? status : { ...status, lastValidatedAt: formatTimestamp(now) };
  }
}

function describeSource(
  findings: ConfigFindings,
): ArenaConfigStatus['resolvedSource'] {
  const artifact: NonNullable<ArenaSource['status']>['artifact'] =
    findings.source?.status?.artifact;
  return (
    artifact && {
      revision: artifact.revision,
      digest: artifact.digest,
      version: artifact.version,
      scenarioCount: findings.scenarioCount,
    }
  );
}
