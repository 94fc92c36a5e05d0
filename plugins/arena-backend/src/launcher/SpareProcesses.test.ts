import { SpareProcesses, SpareProcessesOptions } from './SpareProcesses';

class Process {
  alive = true;
  graceMs?: number;

  async terminate(graceMs: number) {
    this.alive = false;
    this.graceMs = graceMs;
  }
}

describe('SpareProcesses', () => {
  let started: Process[];

  const alive = () => started.filter(process => process.alive).length;

  const create = (
    options: Partial<SpareProcessesOptions<Process>> & { kept: number },
  ) =>
    new SpareProcesses({
      replaceMs: 1_000,
      start: () => {
        const process = new Process();
        started.push(process);
        return process;
      },
      ...options,
    });

  beforeEach(() => {
    started = [];
    jest.useFakeTimers();
  });

  afterEach(() => jest.useRealTimers());

  it('ends after their time what is more than is kept', () => {
    const spares = create({ kept: 1 });
    spares.keep();
    spares.prepare(3, 30_000);
    expect(alive()).toBe(3);
    jest.advanceTimersByTime(30_000);
    expect(alive()).toBe(1);
    jest.advanceTimersByTime(3_600_000);
    expect(alive()).toBe(1);
    expect(started).toHaveLength(3);
  });

  it('keeps nothing for longer when nothing is to be kept', () => {
    const spares = create({ kept: 0 });
    spares.keep();
    spares.prepare(2, 30_000);
    jest.advanceTimersByTime(30_000);
    expect(alive()).toBe(0);
  });

  it('gives those that are not needed the time to clear away what they made', async () => {
    const spares = create({ kept: 1 });
    spares.keep();
    spares.prepare(2, 30_000);
    jest.advanceTimersByTime(30_000);
    await spares.stop();
    expect(started.map(({ graceMs }) => graceMs)).toEqual([1_000, 1_000]);
  });

  it('keeps one that was prepared in place of one that was taken', () => {
    const spares = create({ kept: 1 });
    spares.keep();
    spares.prepare(2, 30_000);
    expect(spares.take()).toBe(started[0]);
    jest.advanceTimersByTime(60_000);
    expect(spares.take()).toBe(started[1]);
    expect(started).toHaveLength(2);
  });

  it('replaces one some time after it was taken, not at once', () => {
    const spares = create({ kept: 1 });
    spares.keep();
    spares.take();
    jest.advanceTimersByTime(999);
    expect(spares.take()).toBeUndefined();
    expect(started).toHaveLength(1);
    // The second who asked does not put it off.
    jest.advanceTimersByTime(1);
    expect(started).toHaveLength(2);
  });

  it('replaces none while it would disturb what runs', () => {
    let held = true;
    const spares = create({ kept: 1, held: () => held });
    spares.keep();
    spares.take();
    jest.advanceTimersByTime(60_000);
    expect(started).toHaveLength(1);
    held = false;
    jest.advanceTimersByTime(1_000);
    expect(started).toHaveLength(2);
  });

  it('never hands out one that has died, and does not start one over and over that cannot run', () => {
    const spares = create({ kept: 1 });
    spares.keep();
    started[0].alive = false;
    jest.advanceTimersByTime(3_600_000);
    expect(started).toHaveLength(1);
    expect(spares.take()).toBeUndefined();
    jest.advanceTimersByTime(1_000);
    expect(spares.take()).toBe(started[1]);
  });

  it('waits for room', () => {
    let room = 0;
    const spares = create({ kept: 2, room: () => room });
    spares.keep();
    expect(started).toHaveLength(0);
    room = 1;
    jest.advanceTimersByTime(1_000);
    expect(started).toHaveLength(1);
    room = 5;
    jest.advanceTimersByTime(1_000);
    expect(started).toHaveLength(2);
  });

  it('ends all of them, and starts no other', async () => {
    const spares = create({ kept: 1 });
    spares.keep();
    spares.prepare(2, 30_000);
    spares.take();
    await spares.stop();
    jest.advanceTimersByTime(60_000);
    expect(started.map(process => process.alive)).toEqual([true, false]);
  });
});
