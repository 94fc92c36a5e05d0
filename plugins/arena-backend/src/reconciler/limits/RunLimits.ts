import { ArenaJob, ObjectKey } from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';
import { LimitsConfig, limitsOf } from '../../config/readLimits';
import { RunStore } from '../../runs/RunStore';
import { Clock } from '../../time/Clock';
import { findCondition } from '../conditions';
import { Obstacle } from '../job/JobWorld';
import { LIMIT_REASONS } from './limitObstacles';
import { Demand, NamespaceGate } from './NamespaceGate';
import { Waiter } from './WaitingLine';

const PAGE_SIZE = 500;

export interface RunLimitsOptions {
  config: LimitsConfig;
  store: Pick<ResourceStore, 'cluster' | 'list'>;
  runs: Pick<RunStore, 'openRuns' | 'spent'>;
  /** Which jobs count. Default: all. */
  takes?: (job: ArenaJob) => boolean;
  clock: Clock;
}

/** The limits of all namespaces of a cluster, as the one replica that reconciles applies them. */
export class RunLimits {
  private readonly options: RunLimitsOptions;
  private readonly gates = new Map<string, Promise<NamespaceGate>>();
  /** Those of the gates above that are ready. */
  private readonly ready = new Map<string, NamespaceGate>();

  constructor(options: RunLimitsOptions) {
    this.options = options;
  }

  /** Whether the status of a job says that it waits for a limit. */
  isWaiting(job: ArenaJob): boolean {
    const ready = findCondition(job.status?.conditions, 'Ready');
    return LIMIT_REASONS.includes(ready?.reason ?? '');
  }

  /**
   * Asks for a job to start.
   *
   * @returns why it waits; undefined when it may start, until it has a run or leaves.
   */
  async admit(job: ArenaJob, demand: Demand): Promise<Obstacle | undefined> {
    const { namespace } = job.metadata;
    const limits = limitsOf(this.options.config, namespace);
    if (Object.keys(limits).length === 0) return undefined;
    return (await this.gate(namespace)).admit(waiterOf(job), demand);
  }

  /** The run of a job is there. */
  started({ namespace, name }: ObjectKey): void {
    this.tell(namespace, gate => gate.started(name));
  }

  /** The job does not want to start, or not any more. */
  leave({ namespace, name }: ObjectKey): void {
    this.tell(namespace, gate => gate.leave(name));
  }

  /** The job that starts next, to be woken when another one of its namespace has changed. */
  next(namespace: string): ObjectKey | undefined {
    const name = this.ready.get(namespace)?.line.first?.name;
    return name === undefined ? undefined : { namespace, name };
  }

  /** Another replica counts from now on. */
  clear(): void {
    this.gates.clear();
    this.ready.clear();
  }

  private tell(namespace: string, what: (gate: NamespaceGate) => void): void {
    const gate = this.ready.get(namespace);
    if (gate) what(gate);
    // One that is being opened may already have the job in its line. When it cannot be opened, there is nothing to tell.
    else this.gates.get(namespace)?.then(what, () => {});
  }

  private gate(namespace: string): Promise<NamespaceGate> {
    const known = this.gates.get(namespace);
    if (known) return known;
    const gate = this.openGate(namespace);
    this.gates.set(namespace, gate);
    gate.then(
      opened => {
        if (this.gates.get(namespace) === gate) {
          this.ready.set(namespace, opened);
        }
      },
      () => {
        if (this.gates.get(namespace) === gate) this.gates.delete(namespace);
      },
    );
    return gate;
  }

  /** With those in line who waited before this replica counted: whoever is looked at first must not overtake them. */
  private async openGate(namespace: string): Promise<NamespaceGate> {
    const { config, store } = this.options;
    const gate = new NamespaceGate({
      ...this.options,
      cluster: store.cluster,
      namespace,
      limits: limitsOf(config, namespace),
    });
    let token: string | undefined;
    do {
      const page = await store.list<ArenaJob>('ArenaJob', {
        namespace,
        limit: PAGE_SIZE,
        continue: token,
      });
      for (const job of page.items) {
        const wants =
          !job.spec.cancelled &&
          !job.metadata.deletionTimestamp &&
          (this.options.takes?.(job) ?? true);
        if (wants && this.isWaiting(job)) gate.line.add(waiterOf(job));
      }
      token = page.metadata.continue;
    } while (token);
    return gate;
  }
}

function waiterOf({ metadata }: ArenaJob): Waiter {
  return {
    name: metadata.name,
    uid: metadata.uid,
    createdAt: metadata.creationTimestamp,
  };
}
