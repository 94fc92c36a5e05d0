import { LoggerService } from '@backstage/backend-plugin-api';
import { ServiceUnavailableError } from '@backstage/errors';
import {
  ARENA_KINDS,
  ArenaKind,
  ArenaObject,
} from '@backstage-arena/plugin-arena-common';
import { KubeConfig } from '@kubernetes/client-node';
import { Informer, InformerState } from '../client/Informer';
import { toArenaObject } from './arenaObjects';
import { collectionPath } from './resourcePaths';

/** How long who asks waits for a cluster that has not been read yet. */
const SYNC_PATIENCE_MS = 5_000;

export interface ArenaCachesOptions {
  kubeConfig: KubeConfig;
  /** Name of the cluster. */
  cluster: string;
  /** Absent: all of the cluster. */
  namespaces?: readonly string[];
  logger: LoggerService;
  pageSize?: number;
  stallMs?: number;
}

/** A cache for each of our kinds. */
export class ArenaCaches {
  readonly #cluster: string;
  readonly #informers: ReadonlyMap<ArenaKind, Informer<ArenaObject>>;
  readonly namespaces: readonly string[] | undefined;

  constructor(options: ArenaCachesOptions) {
    this.#cluster = options.cluster;
    this.namespaces = options.namespaces;
    this.#informers = new Map(
      ARENA_KINDS.map(({ kind }) => [
        kind,
        new Informer<ArenaObject>({
          ...options,
          path: collectionPath(kind),
          transform: toArenaObject,
        }),
      ]),
    );
  }

  start(): void {
    this.#informers.forEach(informer => informer.start());
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#informers.values()].map(i => i.stop()));
  }

  /** Of all kinds together: the first error, the longest silence. */
  get state(): InformerState {
    const states = [...this.#informers.values()].map(({ state }) => state);
    const lastError = states.find(state => state.lastError)?.lastError;
    const contacts = states.flatMap(s => s.lastContactAt?.getTime() ?? []);
    return {
      synced: states.every(({ synced }) => synced),
      ...(lastError && { lastError }),
      ...(contacts.length === states.length && {
        lastContactAt: new Date(Math.min(...contacts)),
      }),
    };
  }

  get all(): ReadonlyMap<ArenaKind, Informer<ArenaObject>> {
    return this.#informers;
  }

  of(kind: ArenaKind): Informer<ArenaObject> {
    const informer = this.#informers.get(kind);
    if (!informer) throw new Error(`There is no cache of kind ${kind}`);
    return informer;
  }

  /**
   * The cache of a kind once it can answer lists, with all that was written through it.
   *
   * @throws ServiceUnavailableError when the cluster cannot be read
   */
  async settled(kind: ArenaKind): Promise<Informer<ArenaObject>> {
    const informer = this.of(kind);
    if (!informer.hasSynced) {
      const patience = AbortSignal.timeout(SYNC_PATIENCE_MS);
      await informer.synced(patience).catch(() => {
        throw new ServiceUnavailableError(
          `Cluster '${this.#cluster}' has not been read yet: ${
            informer.state.lastError ?? 'it is being read'
          }`,
        );
      });
    }
    await informer.caughtUp(2_000);
    return informer;
  }
}
