import { NamespaceLimits } from '../../config/readLimits';
import { RunStore } from '../../runs/RunStore';
import { Clock } from '../../time/Clock';
import { Obstacle } from '../job/JobWorld';
import {
  budgetExhausted,
  noRoom,
  othersFirst,
  tooManyWorkers,
} from './limitObstacles';
import { Waiter, WaitingLine } from './WaitingLine';

/** What a run takes of the limits of its namespace. */
export interface Demand {
  runId: string;
  /** Most workers at a time. */
  workers: number;
}

interface Grant extends Demand {
  name: string;
  /** Its run was seen. */
  started: boolean;
}

export interface NamespaceGateOptions {
  cluster: string;
  namespace: string;
  limits: NamespaceLimits;
  runs: Pick<RunStore, 'openRuns' | 'spent'>;
  clock: Clock;
}

/** A sum over many rows, asked for by each job that wants to start. */
const SPENT_VALID_MS = 10_000;

/**
 * Lets the jobs of a namespace start as its limits allow, oldest first: a small job never overtakes a large one, which would otherwise
 * wait for ever.
 *
 * What was let in and has no run yet is counted as well, so that jobs that come together do not start together.
 */
export class NamespaceGate {
  readonly line = new WaitingLine();
  private readonly options: NamespaceGateOptions;
  private readonly grants = new Map<string, Grant>();
  private known: { spent: number; month: Date; at: number } | undefined;

  constructor(options: NamespaceGateOptions) {
    this.options = options;
  }

  /** @returns why the job waits; undefined when it may start, until it has a run or leaves. */
  async admit(waiter: Waiter, demand: Demand): Promise<Obstacle | undefined> {
    const { namespace, limits } = this.options;
    const { name } = waiter;
    if (this.grants.get(name)?.runId === demand.runId) return undefined;
    if (demand.workers > (limits.maxWorkers ?? Infinity)) {
      // It would hold up those that can start.
      this.line.remove(name);
      return tooManyWorkers(namespace, limits, demand.workers);
    }
    this.line.add(waiter);
    if (limits.maxMonthlyCost !== undefined) {
      const { spent, month } = await this.spent();
      if (spent >= limits.maxMonthlyCost) {
        return budgetExhausted(namespace, limits, { spent, month });
      }
    }
    const behind = () => {
      const ahead = this.line.before(waiter);
      const first = this.line.first;
      return ahead > 0 && first
        ? othersFirst(namespace, limits, { ahead, first })
        : undefined;
    };
    // For most there is nothing to ask the database.
    const early = behind();
    if (early) return early;
    const taken = await this.taken();
    const late = behind();
    if (late) return late;
    const workersTaken = taken.reduce((sum, each) => sum + each.workers, 0);
    if (
      taken.length >= (limits.maxRunningJobs ?? Infinity) ||
      workersTaken + demand.workers > (limits.maxWorkers ?? Infinity)
    ) {
      return noRoom(namespace, limits, {
        running: taken.map(each => each.name),
        workersTaken,
        workers: demand.workers,
      });
    }
    this.line.remove(name);
    this.grants.set(name, { name, ...demand, started: false });
    return undefined;
  }

  /** The run of a job is there: from now on the database counts it. */
  started(name: string): void {
    this.line.remove(name);
    const grant = this.grants.get(name);
    if (grant) grant.started = true;
  }

  /** The job does not want to start any more. */
  leave(name: string): void {
    this.line.remove(name);
    this.grants.delete(name);
  }

  private async taken(): Promise<Array<{ name: string; workers: number }>> {
    const { cluster, namespace, runs } = this.options;
    // One that starts while the database is asked may be missing in the answer.
    const counted = [...this.grants.values()].filter(each => each.started);
    const open = await runs.openRuns({ cluster, namespace });
    for (const grant of counted) {
      if (this.grants.get(grant.name) === grant) this.grants.delete(grant.name);
    }
    const ids = new Set(open.map(run => run.runId));
    return [
      ...open.map(({ jobName, workers }) => ({ name: jobName, workers })),
      ...[...this.grants.values()].filter(({ runId }) => !ids.has(runId)),
    ];
  }

  private async spent(): Promise<{ spent: number; month: Date }> {
    const { cluster, namespace, runs, clock } = this.options;
    const now = clock.now();
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth()));
    const { known } = this;
    if (
      known?.month.getTime() === month.getTime() &&
      now.getTime() - known.at < SPENT_VALID_MS
    ) {
      return known;
    }
    const spent = await runs.spent({ cluster, namespace }, month);
    this.known = { spent, month, at: now.getTime() };
    return this.known;
  }
}
