import { mockServices } from '@backstage/backend-test-utils';
import {
  ARENA_API_VERSION,
  ArenaJob,
  ArenaJobStatus,
  ArenaObjectInput,
} from '@backstage-arena/plugin-arena-common';
import { JsonObject } from '@backstage/types';
import { Knex } from 'knex';
import { isTerminal } from '../../reconciler/job/nextJobState';
import { crdAdmission } from '../../services/crdAdmission';
import {
  createEmbeddedStore,
  EmbeddedStore,
} from '../../store/createEmbeddedStore';
import { formatTimestamp } from '../../time/formatTimestamp';
import { HandledFires } from '@backstage-arena/plugin-arena-common';
import { ScheduleController } from '../ScheduleController';
import { ScheduleHistory } from '../ScheduleHistory';

const NAMESPACE = 'default';

/** Schedules on a database that was brought up to date, with a clock that tests move, and runs that end when tests say so. */
export class ScheduleWorld {
  readonly store: EmbeddedStore;
  readonly history: ScheduleHistory;
  /** Names of the jobs that were created, in order. */
  readonly created: string[] = [];
  controller: ScheduleController;
  private nowMs: number;

  constructor(knex: Knex, start: string) {
    this.nowMs = Date.parse(start);
    const clock = { now: () => new Date(this.nowMs) };
    this.store = createEmbeddedStore({
      knex,
      clock,
      admission: crdAdmission,
      logger: mockServices.logger.mock(),
    });
    const { resources } = this.store;
    const create = resources.create.bind(resources);
    resources.create = async (object: ArenaObjectInput<JsonObject>) => {
      const made = await create(object);
      this.created.push(made.metadata.name);
      return made as never;
    };
    this.history = new ScheduleHistory(knex);
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
      clock: { now: () => new Date(this.nowMs) },
    });
    return this.controller;
  }

  /** @param to - a moment, or minutes from now */
  move(to: string | number): void {
    this.nowMs =
      typeof to === 'string' ? Date.parse(to) : this.nowMs + to * 60_000;
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

  /** Ends a run. */
  async end(
    name: string,
    phase: ArenaJobStatus['phase'] = 'Succeeded',
    startedAt = this.nowMs,
  ) {
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

  /** The same, to be read. */
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
