import { ArenaJob } from '@backstage-arena/plugin-arena-common';
import { TestPortal } from '../../__testUtils__/startPortal';
import { systemClock } from '../../time/Clock';

/** The clock of a portal is put so long before a time at which a schedule is due. */
const BEFORE_MS = 1_500;
const DAY_MS = 86_400_000;
const POLL_MS = 100;
const PATIENCE_MS = 60_000;

/** Nights that pass in seconds: puts the clock of the portals of this process forward, and waits for what their schedules do. */
export class Nights {
  private aheadMs: number;

  /** @param options.start - what the clock shows at first */
  constructor(
    private readonly options: { start: string; portal: () => TestPortal },
  ) {
    this.aheadMs = Date.parse(options.start) - Date.now();
    jest
      .spyOn(systemClock, 'now')
      .mockImplementation(() => new Date(Date.now() + this.aheadMs));
  }

  get now(): number {
    return systemClock.now().getTime();
  }

  /** Puts the clock forward. */
  skip(ms: number): void {
    this.aheadMs += ms;
  }

  /**
   * Sleeps until shortly before a schedule is due, and waits for the end of the run that it starts.
   *
   * @returns the run's id
   */
  async pass(name: string): Promise<string> {
    const { waitFor } = this.options.portal();
    const { status: before } = await waitFor(
      'arenajobs',
      name,
      ({ status }) => status?.nextScheduleTime !== undefined,
    );
    const due = before.nextScheduleTime;
    this.skip(Date.parse(due) - BEFORE_MS - this.now);
    await this.touch(name, due);
    const { status } = await waitFor(
      'arenajobs',
      name,
      each =>
        each.status.lastScheduleTime === due &&
        ['Succeeded', 'Failed'].includes(each.status.phase),
    );
    if (status.phase !== 'Succeeded') {
      throw new Error(`${name} failed: ${JSON.stringify(status)}`);
    }
    return status.run.id;
  }

  /** Waits for the end of the run of the latest time at which a daily schedule was due. */
  async caughtUp(name: string): Promise<void> {
    await this.options
      .portal()
      .waitFor(
        'arenajobs',
        name,
        ({ status }) =>
          Date.parse(status.lastScheduleTime) > this.now - DAY_MS &&
          status.phase === 'Succeeded',
      );
  }

  async childrenOf(name: string): Promise<ArenaJob[]> {
    const { call, objects } = this.options.portal();
    const { items } = await call('GET', `${objects}/arenajobs`);
    return items.filter(({ metadata }: ArenaJob) =>
      metadata.ownerReferences?.some(owner => owner.name === name),
    );
  }

  /** Waits until a job has so many children. */
  async untilLeft(name: string, count: number): Promise<ArenaJob[]> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const children = await this.childrenOf(name);
      if (children.length === count) return children;
      if (Date.now() > end) {
        const names = children.map(({ metadata }) => metadata.name);
        throw new Error(`${name} has these children: ${names.join(', ')}`);
      }
      await new Promise(done => setTimeout(done, POLL_MS));
    }
  }

  /** Timers do not know that the clock was put forward; whoever edits a job has it looked at. */
  async touch(name: string, note: string): Promise<void> {
    const { call, objects } = this.options.portal();
    for (;;) {
      const { status, ...object } = await call(
        'GET',
        `${objects}/arenajobs/${name}`,
      );
      const annotations = { ...object.metadata.annotations, 'test/note': note };
      try {
        await call('PUT', `${objects}/arenajobs/${name}`, {
          ...object,
          metadata: { ...object.metadata, annotations },
        });
        return;
      } catch (error) {
        // Somebody wrote its status meanwhile.
        if (!String(error).includes(': 409 ')) throw error;
      }
    }
  }
}
