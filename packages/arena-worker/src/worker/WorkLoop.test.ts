import {
  ItemReport,
  LeaseResponse,
} from '@backstage-arena/plugin-arena-common';
import { ProtocolError } from './ProtocolClient';
import { WorkerApi } from './WorkerApi';
import { WorkLoop } from './WorkLoop';

type Heartbeat = Awaited<ReturnType<WorkerApi['heartbeat']>>;

const silent = { debug() {}, info() {}, warn() {}, error() {} };

function granted(leaseId: string, from: number): LeaseResponse {
  return {
    state: 'granted',
    leaseId,
    fence: from,
    ttlMs: 60_000,
    ranges: [{ from, to: from + 10 }],
    items: [],
  };
}

/** Answers when it is told to. */
function answers<T>() {
  const resolvers: Array<(answer: T) => void> = [];
  return {
    ask: () => new Promise<T>(resolve => resolvers.push(resolve)),
    get waiting() {
      return resolvers.length;
    },
    give: (answer: T) => resolvers.shift()!(answer),
  };
}

/** A loop whose backend and engine answer when a test says so. */
function start(heartbeatIntervalMs = 60_000) {
  const leases = answers<LeaseResponse>();
  const heartbeats = answers<Heartbeat>();
  const begun: number[] = [];
  const finish = new Map<number, () => void>();
  let isRefusing = false;
  const loop = new WorkLoop({
    api: {
      lease: leases.ask,
      heartbeat: heartbeats.ask,
      async report(_lease: unknown, results: readonly unknown[]) {
        if (isRefusing) throw new ProtocolError(409, 'lost');
        return { accepted: results.length, refused: [], command: 'continue' };
      },
      async release() {},
    } as unknown as WorkerApi,
    runner: {
      async execute(index, { beforeCall }) {
        await beforeCall?.();
        begun.push(index);
        await new Promise<void>(resolve => finish.set(index, resolve));
        return { index, attempt: 1 } as ItemReport;
      },
    },
    logger: silent,
    concurrency: 2,
    itemTimeoutMs: 60_000,
    heartbeatIntervalMs,
    drainTimeoutMs: 1_000,
    finalize: async () => undefined,
  });
  return {
    leases,
    heartbeats,
    begun,
    finish: (index: number) => finish.get(index)!(),
    refuse: (refuses: boolean) => (isRefusing = refuses),
    drain: () => loop.drain(),
    ended: loop.run(),
  };
}

const settle = () => new Promise(resolve => setTimeout(resolve, 100));

type Started = ReturnType<typeof start>;

/** Leases `a`, of which four items are done and two run; the next is asked for, as the pace is known. */
async function workUnderA({ leases, begun, finish }: Started): Promise<void> {
  await settle();
  leases.give(granted('a', 0));
  await settle();
  for (const pair of [
    [0, 1],
    [2, 3],
  ]) {
    pair.forEach(finish);
    await settle();
  }
  expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
  expect(leases.waiting).toBe(1);
}

const good = (leaseId: string): Heartbeat => ({
  command: 'continue',
  leases: [{ leaseId, lost: false, ttlMs: 60_000 }],
});

/** Finishes what runs of `b`, and leaves. */
async function leaveB({ refuse, drain, finish, ended }: Started) {
  refuse(false);
  drain();
  finish(100);
  finish(101);
  expect(await ended).toBe('drained');
}

describe('WorkLoop', () => {
  it('begins nothing under a lease that was asked for before another was lost', async () => {
    const started = start();
    const { leases, heartbeats, begun, finish, refuse } = started;
    await workUnderA(started);
    refuse(true);
    finish(4);
    await settle();
    leases.give(granted('b', 100));
    await settle();
    expect(begun.at(-1)).toBe(5);
    expect(heartbeats.waiting).toBe(1);
    heartbeats.give(good('b'));
    await settle();
    expect(begun.slice(-2)).toEqual([100, 101]);
    await leaveB(started);
  });

  it('begins nothing under a lease that a heartbeat was too early for which tells of a loss', async () => {
    const started = start(500);
    const { leases, heartbeats, begun } = started;
    await workUnderA(started);
    while (heartbeats.waiting === 0) await settle();
    leases.give(granted('b', 100));
    await settle();
    heartbeats.give({
      command: 'continue',
      leases: [{ leaseId: 'a', lost: true }],
    });
    await settle();
    expect(begun.at(-1)).toBe(5);
    heartbeats.give(good('b'));
    await settle();
    expect(begun.slice(-2)).toEqual([100, 101]);
    await leaveB(started);
  });
});
