import {
  AuthService,
  LoggerService,
  SchedulerServiceTaskRunner,
} from '@backstage/backend-plugin-api';
import { assertError, stringifyError } from '@backstage/errors';
import {
  EntityProvider,
  EntityProviderConnection,
} from '@backstage/plugin-catalog-node';
import {
  ArenaApi,
  arenaEntityRef,
  ArenaKind,
} from '@backstage-arena/plugin-arena-common';
import { ArenaService } from '@backstage-arena/plugin-arena-node';
import { ToEntityOptions } from '../entities/toEntity';
import {
  FED_KINDS,
  FeedListener,
  ObjectChange,
  ObjectFeed,
} from '../feed/ObjectFeed';
import { IngestionLease } from '../lease/IngestionLease';
import { Difference, EntityBook, Page } from './EntityBook';
import { pageOf, readEntities } from './readEntities';

const RESOURCE_KINDS: readonly ArenaKind[] = ['Provider', 'AgentRuntime'];
/** How often everything is handed over although nothing has changed, which repairs what was lost on the other side. */
const REPAIR_INTERVAL_MS = 30 * 60_000;
/** Changes that come within this time are handed over together. */
const GATHER_MS = 250;

export interface ArenaEntityProviderOptions {
  cluster: string;
  appUrl: string;
  /** Entity reference. */
  defaultOwner?: string;
  /** Whether providers and agents get entities. */
  resources: boolean;
  arena: ArenaService;
  auth: AuthService;
  feed: ObjectFeed;
  lease: IngestionLease;
  logger: LoggerService;
  taskRunner: SchedulerServiceTaskRunner;
}

/**
 * Keeps entities for the objects of one cluster.
 *
 * @remarks
 * Jobs and sources are read once and then followed; a refresh reads the few providers and agents, which nobody follows, and everything when changes may have been
 * missed. What was read is compared with what was handed over, and the difference goes to the catalog. When anything could not be read, nothing is handed
 * over: what the catalog has stays as it is. There is one provider per cluster, so that a cluster that is away costs no other cluster its entities. It only ever
 * reads: nothing that is registered in the catalog runs a job.
 */
export class ArenaEntityProvider implements EntityProvider, FeedListener {
  private readonly options: ArenaEntityProviderOptions;
  private readonly knownFaults = new Set<string>();
  private readonly pending = new Map<string, ObjectChange>();
  private connection: EntityProviderConnection | undefined;
  private failure: string | undefined;
  /** Absent while it is not known what the catalog has. */
  private book:
    | { entities: EntityBook; term: number; fullAt: number }
    | undefined;
  private mustReadAll = true;
  private turn: Promise<unknown> = Promise.resolve();
  private gathering: NodeJS.Timeout | undefined;

  constructor(options: ArenaEntityProviderOptions) {
    this.options = options;
    options.feed.listen(this);
  }

  get cluster(): string {
    return this.options.cluster;
  }

  getProviderName(): string {
    return `arena:${this.cluster}`;
  }

  async connect(connection: EntityProviderConnection): Promise<void> {
    this.connection = connection;
    await this.options.taskRunner.run({
      id: `${this.getProviderName()}:refresh`,
      fn: signal => this.attempt(() => this.refresh(signal)),
    });
  }

  take(change: ObjectChange): void {
    const { kind, metadata } = change.object;
    const { namespace, name } = metadata;
    const { cluster } = this;
    // The last state of an object is all that counts.
    this.pending.set(
      arenaEntityRef({ kind, cluster, namespace, name }),
      change,
    );
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      this.attempt(() => this.inTurn(() => this.handOverPending()));
    }, GATHER_MS).unref();
  }

  reset(): void {
    this.mustReadAll = true;
  }

  /** @throws when anything could not be read; nothing is changed then */
  async refresh(signal: AbortSignal): Promise<void> {
    await this.inTurn(() => this.refreshInTurn(signal));
    this.failure = undefined;
  }

  private async refreshInTurn(signal: AbortSignal): Promise<void> {
    const { arena, auth, feed, lease, resources } = this.options;
    if (!(await lease.hold())) {
      // Another replica does it.
      feed.stop();
      this.forget();
      return;
    }
    if (this.book && this.book.term !== lease.term) this.forget();
    await feed.start();
    const client = arena.as(await auth.getOwnServiceCredentials());
    const isRepair =
      !this.book || Date.now() - this.book.fullAt >= REPAIR_INTERVAL_MS;
    if (isRepair || this.mustReadAll || !feed.isConnected) {
      await this.readAll(client, { isRepair, signal });
    } else if (resources) {
      await this.readResources(client, signal);
    }
    await this.handOverPending();
  }

  private async readAll(
    client: ArenaApi,
    options: { isRepair: boolean; signal: AbortSignal },
  ): Promise<void> {
    const { lease, resources } = this.options;
    const { term } = lease;
    const faults = new Set<string>();
    // What is asked for while everything is read is not yet answered by it.
    this.mustReadAll = false;
    try {
      const pages = await readEntities(client, {
        ...this.entityOptions(fault => faults.add(fault)),
        kinds: resources ? [...FED_KINDS, ...RESOURCE_KINDS] : FED_KINDS,
        signal: options.signal,
      });
      this.knownFaults.forEach(fault => {
        if (!faults.has(fault)) this.knownFaults.delete(fault);
      });
      faults.forEach(fault => this.report(fault));
      if (this.book && !options.isRepair) {
        await this.apply(this.book.entities.compare(pages), pages);
      } else {
        await this.replace(pages, term);
      }
    } catch (error) {
      this.mustReadAll = true;
      throw error;
    }
  }

  private async readResources(
    client: ArenaApi,
    signal: AbortSignal,
  ): Promise<void> {
    const pages = await readEntities(client, {
      ...this.entityOptions(fault => this.report(fault)),
      kinds: RESOURCE_KINDS,
      signal,
    });
    const difference = this.book!.entities.compare(pages, ref =>
      ref.startsWith('resource:'),
    );
    await this.apply(difference, pages);
  }

  private async handOverPending(): Promise<void> {
    const { lease } = this.options;
    // Without a book everything is read before changes count; without the lease another replica hands them over.
    if (!this.book || this.book.term !== lease.term || !lease.isHeld) return;
    const { entities } = this.book;
    const changes = [...this.pending];
    this.pending.clear();
    const pages: Page[] = [];
    const removed: string[] = [];
    for (const [ref, { type, object }] of changes) {
      if (entities.isNewer(ref, object.metadata.resourceVersion)) continue;
      const page =
        type === 'DELETED'
          ? undefined
          : pageOf(
              object,
              this.entityOptions(fault => this.report(fault)),
            );
      if (page) pages.push(page);
      else if (entities.hasRef(ref)) removed.push(ref);
    }
    const { added } = entities.compare(pages, () => false);
    await this.apply({ added, removed }, pages);
  }

  /** Tells the catalog what has changed, which may be nothing. */
  private async apply(
    { added, removed }: Difference,
    pages: readonly Page[],
  ): Promise<void> {
    const { entities } = this.book!;
    if (added.length + removed.length > 0) {
      await this.mutate({
        type: 'delta',
        added: added.map(entity => this.deferred(entity)),
        removed: removed.map(entityRef => ({ entityRef })),
      });
      this.options.logger.debug(
        `Handed over ${added.length} changed and ${removed.length} removed entities of cluster '${this.cluster}'`,
      );
    }
    removed.forEach(ref => entities.erase(ref));
    pages.forEach(page => entities.write(page));
  }

  private async replace(pages: readonly Page[], term: number): Promise<void> {
    await this.mutate({
      type: 'full',
      entities: pages.map(({ entity }) => this.deferred(entity)),
    });
    const entities = new EntityBook();
    pages.forEach(page => entities.write(page));
    this.book = { entities, term, fullAt: Date.now() };
    this.options.logger.debug(
      `Handed over all ${pages.length} entities of cluster '${this.cluster}'`,
    );
  }

  private async mutate(
    mutation: Parameters<EntityProviderConnection['applyMutation']>[0],
  ): Promise<void> {
    if (!this.connection) {
      throw new Error(`${this.getProviderName()} is not connected`);
    }
    if (!this.options.lease.isHeld) {
      this.forget();
      throw new Error('the right to write entities was lost meanwhile');
    }
    try {
      await this.connection.applyMutation(mutation);
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  private deferred(entity: Page['entity']) {
    return { entity, locationKey: this.getProviderName() };
  }

  private entityOptions(onFault: (fault: string) => void): ToEntityOptions {
    const { appUrl, defaultOwner } = this.options;
    return { cluster: this.cluster, appUrl, defaultOwner, onFault };
  }

  /** The next refresh reads everything and hands it over as a whole. */
  private forget(): void {
    this.book = undefined;
    this.pending.clear();
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => {});
    return result;
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      assertError(error);
      const failure = `Entities of cluster '${
        this.cluster
      }' stay as they are: ${stringifyError(error)}`;
      // A cluster that stays away is said to be so once.
      if (failure !== this.failure) this.options.logger.warn(failure);
      this.failure = failure;
    }
  }

  /** Says each fault once, not with every refresh. */
  private report(fault: string): void {
    if (!this.knownFaults.has(fault)) this.options.logger.warn(fault);
    this.knownFaults.add(fault);
  }
}
