import { LoggerService } from '@backstage/backend-plugin-api';
import { NotAllowedError, ServiceUnavailableError } from '@backstage/errors';
import {
  ARENA_KINDS,
  ArenaKind,
  ArenaObject,
} from '@backstage-arena/plugin-arena-common';
import { KubeConfig } from '@kubernetes/client-node';
import { Informer } from '../client/Informer';
import { combineStates, InformerState } from '../client/InformerState';
import { toArenaObject } from './arenaObjects';
import { explainFailure } from './explainFailure';
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
          explain: error => explainFailure(kind, error),
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

  /** Of all kinds together, but grants: without these all goes on that stays within a namespace. */
  get state(): InformerState {
    return combineStates(
      [...this.#informers].flatMap(([kind, informer]) =>
        kind === 'ArenaReferenceGrant' ? [] : [informer.state],
      ),
    );
  }

  /** What does not work though the rest does: grants that cannot be read, in namespaces that can. */
  get grantsTrouble(): string | undefined {
    const informer = this.of('ArenaReferenceGrant');
    const { lastError, failing } = informer.state;
    const others = this.state.failing;
    if (this.namespaces === undefined) {
      return lastError && describeTrouble(informer.isSynced(''), lastError);
    }
    const [trouble] = [...failing].filter(([name]) => !others.has(name));
    return (
      trouble && describeTrouble(informer.isSynced(trouble[0]), trouble[1])
    );
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
   * The cache of a kind once it can answer lists, with all that was written through it. Without a namespace, those that may not be read
   * are not in it.
   *
   * @throws ServiceUnavailableError when the cluster, or the namespace, cannot be read
   */
  async settled(
    kind: ArenaKind,
    namespace?: string,
  ): Promise<Informer<ArenaObject>> {
    const informer = this.of(kind);
    const own = this.namespaces?.find(each => each === namespace);
    const isRead =
      own === undefined ? informer.hasSynced : informer.isSynced(own);
    if (!isRead) await this.#waitFor(informer, own);
    await informer.caughtUp(2_000);
    return informer;
  }

  async #waitFor(
    informer: Informer<ArenaObject>,
    namespace: string | undefined,
  ): Promise<void> {
    const patience = AbortSignal.timeout(SYNC_PATIENCE_MS);
    try {
      await informer.synced(patience, namespace);
    } catch (error) {
      if (error !== patience.reason && !(error instanceof NotAllowedError)) {
        throw error;
      }
      const { lastError, failing } = informer.state;
      const [what, reason] =
        namespace === undefined
          ? ['Cluster', lastError]
          : [`Namespace '${namespace}' of cluster`, failing.get(namespace)];
      throw new ServiceUnavailableError(
        `${what} '${this.#cluster}' has not been read yet: ${
          reason ?? 'it is being read'
        }`,
        error,
      );
    }
  }
}

function describeTrouble(isRead: boolean, reason: string): string {
  return isRead
    ? `ArenaReferenceGrants cannot be followed, so that references across namespaces go by what was read before: ${reason}`
    : `ArenaReferenceGrants cannot be read, so that references across namespaces are refused: ${reason}`;
}
