import { LeaseResponse } from '@backstage-arena/plugin-arena-common';
import { erroredReport } from './erroredReport';
import { ProtocolError } from './ProtocolClient';
import { WorkerApi } from './WorkerApi';
import { WorkLoop } from './WorkLoop';

type Heartbeat = Awaited<ReturnType<WorkerApi['heartbeat']>>;

jest.setTimeout(30_000);

const silent = { debug() {}, info() {}, warn() {}, error() {} };

function granted(leaseId: string, from: number): LeaseResponse {
  return {
    state: 'granted',
    leaseId,
    fence: from,
    ttlMs: 60_000,
    ranges: [{ from, to: from + 12 }],
    items: [],
  };
}

/** Answers when it is told to. */
function answers<Question, Answer>() {
  const waiting: Array<{
    question: Question;
    resolve: (answer: Answer) => void;
  }> = [];
  return {
    ask: (question: Question) =>
      new Promise<Answer>(resolve => waiting.push({ question, resolve })),
    get isAsked() {
      return waiting.length > 0;
    },
    /** What is asked first of all that waits for an answer. */
    async question(): Promise<Question> {
      await until(() => waiting.length > 0);
      return waiting[0].question;
    },
    async give(answer: Answer): Promise<void> {
      await until(() => waiting.length > 0);
      waiting.shift()!.resolve(answer);
    },
  };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(resolve => setTimeout(resolve, 5));
}

/** A loop whose backend and engine answer when a test says so. */
function start(heartbeatIntervalMs = 60_000) {
  const leases = answers<number, LeaseResponse>();
  const heartbeats = answers<readonly { leaseId: string }[], Heartbeat>();
  const begun: number[] = [];
  const finish = new Map<number, () => void>();
  let isRefusing = false;
  const loop = new WorkLoop({
    api: {
      lease: leases.ask,
      heartbeat: heartbeats.ask,
      async report(_lease, results) {
        if (isRefusing) throw new ProtocolError(409, 'lost');
        return { accepted: results.length, refused: [], command: 'continue' };
      },
      async release() {},
    },
    runner: {
      async execute(index, { beforeCall }) {
        await beforeCall?.();
        begun.push(index);
        await new Promise<void>(resolve => finish.set(index, resolve));
        return erroredReport(
          { index, attempt: 1 },
          { class: 'engine', message: 'A result like any other' },
        );
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

/** Long enough for what ought not to happen. */
const settle = () => new Promise(resolve => setTimeout(resolve, 100));

type Started = ReturnType<typeof start>;

/** The first item of the lease `b`. */
const B = 1_000;

/** Leases `a`, and finishes two items after the other until the pace is known and more is asked for. */
async function workUnderA({ leases, begun, finish }: Started): Promise<void> {
  await leases.give(granted('a', 0));
  for (let pair = 0; ; pair += 2) {
    await until(() => begun.length === pair + 2);
    await settle();
    if (leases.isAsked) return;
    finish(pair);
    finish(pair + 1);
  }
}

const good = (leaseId: string): Heartbeat => ({
  command: 'continue',
  leases: [{ leaseId, lost: false, ttlMs: 60_000 }],
});

/** Goes on under `b`, and leaves. */
async function leaveB(started: Started): Promise<void> {
  const { heartbeats, begun, refuse, drain, finish, ended } = started;
  await heartbeats.give(good('b'));
  await until(() => begun.includes(B + 1));
  refuse(false);
  drain();
  finish(B);
  finish(B + 1);
  expect(await ended).toBe('drained');
}

describe('WorkLoop', () => {
  it('begins nothing under a lease that was asked for before another was lost', async () => {
    const started = start();
    const { leases, heartbeats, begun, finish, refuse } = started;
    await workUnderA(started);
    refuse(true);
    finish(begun.at(-1)!);
    await settle();
    await leases.give(granted('b', B));
    expect(await heartbeats.question()).toMatchObject([{ leaseId: 'b' }]);
    await settle();
    expect(begun).not.toContain(B);
    await leaveB(started);
  });

  it('begins nothing under a lease that a heartbeat was too early for which tells of a loss', async () => {
    const started = start(500);
    const { leases, heartbeats, begun } = started;
    await workUnderA(started);
    while ((await heartbeats.question()).length === 0) {
      await heartbeats.give({ command: 'continue', leases: [] });
      await settle();
    }
    await leases.give(granted('b', B));
    await settle();
    await heartbeats.give({
      command: 'continue',
      leases: [{ leaseId: 'a', lost: true }],
    });
    await settle();
    expect(begun).not.toContain(B);
    await leaveB(started);
  });
});
