import { NamespaceLimits } from '../../config/readLimits';
import { OpenRun } from '../../runs/readUsage';
import { NamespaceGate } from './NamespaceGate';

/** A namespace whose runs are in memory. */
function setup(limits: NamespaceLimits) {
  const open: OpenRun[] = [];
  const money = { spent: 0 };
  let now = Date.UTC(2026, 10, 30, 12);
  const gate = new NamespaceGate({
    cluster: 'embedded',
    namespace: 'team',
    limits,
    runs: {
      openRuns: async () => [...open],
      spent: async (_scope, since) =>
        since.getUTCMonth() === 10 ? money.spent : 0,
    },
    clock: { now: () => new Date(now) },
  });
  const ask = (name: string, second: number, workers = 1) =>
    gate.admit(
      { name, uid: name, createdAt: new Date(second * 1_000).toISOString() },
      { runId: `${name}-1`, workers },
    );
  return {
    gate,
    money,
    ask,
    /** Reason and message, or `starts`. */
    async say(...job: Parameters<typeof ask>): Promise<string> {
      const obstacle = await ask(...job);
      return obstacle ? `${obstacle.reason}: ${obstacle.message}` : 'starts';
    },
    run(name: string, workers = 1) {
      open.push({
        runId: `${name}-1`,
        namespace: 'default',
        jobName: name,
        jobUid: name,
        workers,
      });
      gate.started(name);
    },
    end(name: string) {
      open.splice(
        open.findIndex(each => each.jobName === name),
        1,
      );
    },
    advance(ms: number) {
      now += ms;
    },
  };
}

describe('NamespaceGate', () => {
  it('says what the limit is, who runs and who is ahead', async () => {
    const { say, run } = setup({ maxRunningJobs: 1, maxWorkers: 4 });
    expect(await say('a', 1, 3)).toBe('starts');
    run('a', 3);
    expect(await say('b', 2)).toBe(
      'QuotaExceeded: Namespace team may have 1 running jobs and 4 workers at a time (arena.limits of app-config); a runs with up to 3 workers, and this job, which is the next, may need 1',
    );
    expect(await say('c', 3)).toBe(
      'QuotaExceeded: Namespace team may have 1 running jobs and 4 workers at a time (arena.limits of app-config); 1 older job waits before this one, first b',
    );
  });

  it('starts no more than may run, though they ask at once', async () => {
    const { ask } = setup({ maxRunningJobs: 2 });
    const names = ['a', 'b', 'c', 'd'];
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(names.map((name, index) => ask(name, index)));
    }
    const answers = await Promise.all(
      names.map((name, index) => ask(name, index)),
    );
    expect(answers.map(answer => answer?.reason ?? 'starts')).toEqual([
      'starts',
      'starts',
      'QuotaExceeded',
      'QuotaExceeded',
    ]);
  });

  it('counts a job that was let in and has no run yet, once', async () => {
    const { say, run, end } = setup({ maxRunningJobs: 2 });
    expect(await say('a', 1)).toBe('starts');
    // Tried again, because its run could not be made.
    expect(await say('a', 1)).toBe('starts');
    run('a');
    expect(await say('b', 2)).toBe('starts');
    expect(await say('c', 3)).toMatch(/a, b run/);
    run('b');
    end('b');
    expect(await say('c', 3)).toBe('starts');
  });

  it('lets the oldest start first', async () => {
    const { say, run, end } = setup({ maxRunningJobs: 1 });
    await say('a', 1);
    run('a');
    await say('young', 9);
    await say('old', 2);
    end('a');
    expect(await say('young', 9)).toMatch(/1 older job waits .* first old$/);
    expect(await say('old', 2)).toBe('starts');
  });

  it('never lets small jobs starve a large one', async () => {
    const { say, run, end } = setup({ maxWorkers: 4 });
    await say('a', 1, 2);
    run('a', 2);
    expect(await say('large', 2, 4)).toMatch(/a runs with up to 2 workers/);
    expect(await say('small', 3, 1)).toMatch(/first large$/);
    end('a');
    expect(await say('large', 2, 4)).toBe('starts');
  });

  it('holds up nobody for a job that can never start, or has left', async () => {
    const { say, gate, run, end } = setup({ maxRunningJobs: 1, maxWorkers: 4 });
    expect(await say('huge', 1, 5)).toMatch(
      /^QuotaExceeded: spec.workers: the job may need 5 workers, and namespace team may have 4/,
    );
    await say('a', 2);
    run('a');
    await say('leaver', 3);
    await say('b', 4);
    gate.leave('leaver');
    end('a');
    expect(await say('b', 4)).toBe('starts');
  });

  it('lets a job that was let in give its place back', async () => {
    const { say, gate } = setup({ maxRunningJobs: 1 });
    expect(await say('a', 1)).toBe('starts');
    gate.leave('a');
    expect(await say('b', 2)).toBe('starts');
  });

  it('waits for the next month when the money is spent', async () => {
    const { say, money, advance } = setup({ maxMonthlyCost: 10 });
    money.spent = 9.99;
    expect(await say('a', 1)).toBe('starts');
    money.spent = 10.005;
    advance(10_000);
    expect(await say('b', 2)).toMatch(
      /^BudgetExhausted: The jobs of namespace team have cost 10.01 in 2026-11 \(UTC\), and may cost 10 a month/,
    );
    advance(12 * 3_600_000);
    expect(await say('b', 2)).toBe('starts');
  });

  it('lets nothing start at a limit of zero', async () => {
    expect(await setup({ maxRunningJobs: 0 }).say('a', 1)).toMatch(/none runs/);
    expect(await setup({ maxMonthlyCost: 0 }).say('a', 1)).toMatch(/Budget/);
  });

  it('says the same to all who are far behind', async () => {
    const { say, run } = setup({ maxRunningJobs: 1 });
    await say('a', 0);
    run('a');
    const said: string[] = [];
    for (let index = 1; index <= 20; index += 1) {
      said.push(await say(`job-${index}`, index));
    }
    expect(said[11]).toMatch(/more than 10 older jobs wait before this one$/);
    expect(new Set(said.slice(11)).size).toBe(1);
  });
});
