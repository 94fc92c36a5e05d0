import { mockLogger } from '../../__testUtils__/mockLogger';
import {
  ARENA_API_VERSION,
  ArenaJob,
  ArenaJobStatus,
  ArenaObjectInput,
  HandledFires,
} from '@backstage-arena/plugin-arena-common';
import { JsonObject } from '@backstage/types';
import { Knex } from 'knex';
import { isTerminal } from '../../reconciler/job/nextJobState';
import { PlannedRuns } from '../../runs/PlannedRun';
import { crdAdmission } from '../../services/crdAdmission';
import {
  createEmbeddedStore,
  EmbeddedStore,
} from '../../store/createEmbeddedStore';
import { formatTimestamp } from '../../time/formatTimestamp';
import { createParts, TestClock, testRun } from '../../__testUtils__/runs';
import { RunVerdict, RunVerdicts } from '../../verdicts/RunVerdicts';
import { scheduledAt } from '../childJob';
import { ScheduleController } from '../ScheduleController';
import { ScheduleHistory } from '../ScheduleHistory';

const NAMESPACE = 'default';

/** Schedules on a database that was brought up to date, with a clock that tests move, and runs that end when tests say so. */
export class ScheduleWorld {
  readonly store: EmbeddedStore;
  readonly history: ScheduleHistory;
  readonly verdicts: RunVerdicts;
  /** Names of the jobs that were created, in order. */
  readonly created: string[] = [];
  /** Names of the children that have not ended. */
  readonly running = new Set<string>();
  controller: ScheduleController;
  private nowMs: number;

  constructor(
    readonly knex: Knex,
    start: string,
    private readonly options: { longestTimerMs?: number } = {},
  ) {
    this.nowMs = Date.parse(start);
    const clock = { now: () => new Date(this.nowMs) };
    this.store = createEmbeddedStore({
      knex,
      clock,
      admission: crdAdmission,
      logger: mockLogger(),
    });
    const { resources } = this.store;
    const create = resources.create.bind(resources);
    resources.create = async (object: ArenaObjectInput<JsonObject>) => {
      const made = await create(object);
      this.created.push(made.metadata.name);
      if (made.metadata.ownerReferences) this.running.add(made.metadata.name);
      return made as never;
    };
    this.history = new ScheduleHistory(knex);
    this.verdicts = new RunVerdicts({ knex, runs: new PlannedRuns(knex) });
    this.controller = this.restart();
  }

  get now(): number {
    return this.nowMs;
  }

  /** Another process takes over. */
  restart(): ScheduleController {
    this.controller = new ScheduleController({
      store: this.store.resources,
      events: this.store.events,
      history: this.history,
      verdicts: this.verdicts,
      clock: { now: () => new Date(this.nowMs) },
      logger: mockLogger(),
      ...this.options,
    });
    return this.controller;
  }

  /** @param to - a moment, or minutes from now */
  move(to: string | number): void {
    this.nowMs =
      typeof to === 'string' ? Date.parse(to) : this.nowMs + to * 60_000;
  }

  moveTo(ms: number): void {
    this.nowMs = ms;
  }

  async create(
    name: string,
    schedule: JsonObject,
    spec: JsonObject = {},
  ): Promise<ArenaJob> {
    return this.store.resources.create<ArenaJob>({
      apiVersion: ARENA_API_VERSION,
      kind: 'ArenaJob',
      metadata: { name, namespace: NAMESPACE, labels: { team: 'a' } },
      spec: { sourceRef: { name: 'source' }, schedule, ...spec },
    });
  }

  async job(name: string): Promise<ArenaJob> {
    return this.store.resources.get('ArenaJob', { namespace: NAMESPACE, name });
  }

  async edit(name: string, change: JsonObject): Promise<void> {
    const { status, ...job } = await this.job(name);
    await this.store.resources.update({
      ...job,
      spec: JSON.parse(JSON.stringify({ ...job.spec, ...change })),
    });
  }

  /**
   * Looks at a schedule until there is nothing left to do now.
   *
   * @returns when it wants to be looked at again
   */
  async look(name: string): Promise<number> {
    for (;;) {
      const { requeueAfterMs = Infinity } = await this.controller.reconcile({
        namespace: NAMESPACE,
        name,
      });
      if (requeueAfterMs > 0) return this.nowMs + requeueAfterMs;
    }
  }

  /** Looks at a schedule, and dies after a run was started and before that is on record. */
  async crash(name: string): Promise<void> {
    const { record } = this.history;
    this.history.record = async () => {
      throw new Error('crash');
    };
    try {
      await this.controller.reconcile({ namespace: NAMESPACE, name });
    } catch (error) {
      if (!(error instanceof Error) || error.message !== 'crash') throw error;
      this.restart();
    } finally {
      this.history.record = record;
    }
  }

  async children(parent?: string): Promise<ArenaJob[]> {
    const { items } = await this.store.resources.list<ArenaJob>('ArenaJob', {
      namespace: NAMESPACE,
    });
    return items.filter(({ metadata }) =>
      metadata.ownerReferences?.some(
        ({ name }) => parent === undefined || name === parent,
      ),
    );
  }

  async active(): Promise<ArenaJob[]> {
    const children = await this.children();
    return children.filter(({ status }) => !isTerminal(status?.phase));
  }

  /**
   * Ends a run.
   *
   * @returns whose it was, and for which time
   */
  async end(
    name: string,
    phase: ArenaJobStatus['phase'] = 'Succeeded',
    startedAt = this.nowMs,
  ): Promise<{ parent: string; at: number }> {
    const job = await this.job(name);
    await this.store.resources.updateStatus({
      ...job,
      spec: {},
      status: {
        phase,
        run: { id: `${job.metadata.uid}-1`, attempt: 1 },
        startTime: formatTimestamp(new Date(startedAt)),
        completionTime: formatTimestamp(new Date(this.nowMs)),
      },
    });
    this.running.delete(name);
    const [owner] = job.metadata.ownerReferences!;
    return { parent: owner.name, at: scheduledAt(job)! };
  }

  /** Puts on record how the run of a child ended, which its job does not show. */
  async recordVerdict(
    { metadata }: ArenaJob,
    phase: RunVerdict['phase'],
  ): Promise<void> {
    const { namespace, name, uid } = metadata;
    const { store } = createParts(this.knex, new TestClock());
    const id = `${uid}-1`;
    await store.create(testRun({ id, jobName: name, jobUid: uid, namespace }));
    await store.close(id, { outcome: 'Completed', finalize: false });
    const reason = 'OfATest';
    await this.verdicts.record(id, { metadata }, { phase, reason });
  }

  async endAll(phase?: ArenaJobStatus['phase']): Promise<void> {
    for (const { metadata } of await this.active()) {
      await this.end(metadata.name, phase);
    }
  }

  /** What became of the fires of a schedule, in order. */
  async handled(name: string): Promise<HandledFires[]> {
    const { metadata } = await this.job(name);
    const list = await this.history.list(metadata.uid, { limit: 20_000 });
    return list.reverse();
  }

  /**
   * What became of each fire, to be read.
   *
   * @param due - all of them, in order
   */
  async toldEach(name: string, due: readonly number[]): Promise<string[]> {
    const handled = await this.handled(name);
    let next = 0;
    return handled.flatMap(({ firstAt, lastAt, count, outcome }) => {
      const times = due.slice(next, next + count);
      next += count;
      // One row may stand for several.
      const isWhole =
        times[0] === firstAt && times[times.length - 1] === lastAt;
      return isWhole
        ? times.map(at => `${new Date(at).toISOString()} ${outcome}`)
        : [
            `${outcome} x${count}, not what was due: ${[firstAt, lastAt]
              .map(at => new Date(at).toISOString())
              .join(' to ')}`,
          ];
    });
  }

  /** The same as {@link handled}, to be read. */
  async told(name: string): Promise<string[]> {
    return (await this.handled(name)).map(({ firstAt, count, outcome }) =>
      [
        new Date(firstAt).toISOString().slice(5, 16),
        outcome,
        ...(count > 1 ? [`x${count}`] : []),
      ].join(' '),
    );
  }
}
