import {
  AuthService,
  LoggerService,
  SchedulerServiceTaskRunner,
} from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import { assertError, stringifyError } from '@backstage/errors';
import {
  EntityProvider,
  EntityProviderConnection,
} from '@backstage/plugin-catalog-node';
import { ArenaApi, ArenaKind } from '@backstage-arena/plugin-arena-common';
import { ArenaService } from '@backstage-arena/plugin-arena-node';
import { createHash } from 'node:crypto';
import { hasEntity, toEntity } from '../entities/toEntity';

const PAGE_SIZE = 500;
const KINDS: ArenaKind[] = ['ArenaSource', 'ArenaJob'];
/** How often everything is handed over although nothing has changed, which repairs what was lost on the other side. */
const REPAIR_INTERVAL_MS = 30 * 60_000;

export interface ArenaEntityProviderOptions {
  cluster: string;
  appUrl: string;
  arena: ArenaService;
  auth: AuthService;
  logger: LoggerService;
  taskRunner: SchedulerServiceTaskRunner;
}

/**
 * Keeps entities for the ArenaJobs and ArenaSources of one cluster.
 *
 * @remarks
 * It reads everything and hands it over as a whole, or, when anything could not be read, hands over nothing: what the catalog has
 * stays as it is. There is one provider per cluster, so that a cluster that is away costs no other cluster its entities. It only
 * ever reads: nothing that is registered in the catalog runs a job.
 */
export class ArenaEntityProvider implements EntityProvider {
  private readonly options: ArenaEntityProviderOptions;
  private readonly knownFaults = new Set<string>();
  private connection: EntityProviderConnection | undefined;
  private failure: string | undefined;
  private applied: { hash: string; at: number } | undefined;

  constructor(options: ArenaEntityProviderOptions) {
    this.options = options;
  }

  getProviderName(): string {
    return `arena:${this.options.cluster}`;
  }

  async connect(connection: EntityProviderConnection): Promise<void> {
    this.connection = connection;
    const { logger, taskRunner } = this.options;
    await taskRunner.run({
      id: `${this.getProviderName()}:refresh`,
      fn: async signal => {
        try {
          await this.refresh(signal);
          this.failure = undefined;
        } catch (error) {
          assertError(error);
          const failure = `Entities of cluster '${
            this.options.cluster
          }' stay as they are: reading its objects failed: ${stringifyError(
            error,
          )}`;
          // A cluster that stays away is said to be so once.
          if (failure !== this.failure) logger.warn(failure);
          this.failure = failure;
        }
      },
    });
  }

  /** @throws when anything could not be read; nothing is changed then */
  async refresh(signal: AbortSignal): Promise<void> {
    const { arena, auth, logger } = this.options;
    if (!this.connection) {
      throw new Error(`${this.getProviderName()} is not connected`);
    }
    const client = arena.as(await auth.getOwnServiceCredentials());
    const faults = new Set<string>();
    const entities: Entity[] = [];
    for (const kind of KINDS) {
      for await (const entity of this.read(client, { kind, faults, signal })) {
        entities.push(entity);
      }
    }
    this.report(faults);

    const hash = createHash('sha256')
      .update(JSON.stringify(entities))
      .digest('hex');
    const now = Date.now();
    if (
      this.applied?.hash === hash &&
      now - this.applied.at < REPAIR_INTERVAL_MS
    ) {
      return;
    }
    await this.connection.applyMutation({
      type: 'full',
      entities: entities.map(entity => ({
        entity,
        locationKey: this.getProviderName(),
      })),
    });
    this.applied = { hash, at: now };
    logger.debug(
      `Handed over ${entities.length} entities of cluster '${this.options.cluster}'`,
    );
  }

  private async *read(
    client: ArenaApi,
    options: { kind: ArenaKind; faults: Set<string>; signal: AbortSignal },
  ): AsyncGenerator<Entity> {
    const { kind, faults, signal } = options;
    const { cluster, appUrl } = this.options;
    let next: string | undefined;
    do {
      const { items, metadata } = await client.list(
        { cluster, kind, limit: PAGE_SIZE, continue: next },
        { signal },
      );
      for (const object of items) {
        if (object.metadata.deletionTimestamp || !hasEntity(object)) continue;
        yield toEntity(object, {
          cluster,
          appUrl,
          onFault: fault => faults.add(fault),
        });
      }
      next = metadata.continue;
    } while (next);
  }

  /** Says each fault once, not with every refresh. */
  private report(faults: Set<string>): void {
    for (const fault of faults) {
      if (!this.knownFaults.has(fault)) this.options.logger.warn(fault);
    }
    this.knownFaults.clear();
    faults.forEach(fault => this.knownFaults.add(fault));
  }
}
