import { createGate } from './createGate';

describe('createGate', () => {
  const base = { places: 2, waiting: 1, maxWaitMs: 10_000 };

  it('lets in as many as there are places, then those that wait, in order', async () => {
    const gate = createGate({ ...base, waiting: 2 });
    const first = await gate.enter();
    const second = await gate.enter();
    const order: string[] = [];
    const third = gate.enter().then(leave => {
      order.push('third');
      return leave;
    });
    const fourth = gate.enter().then(() => order.push('fourth'));
    await Promise.resolve();
    expect(order).toEqual([]);
    first!();
    // A place is given back once.
    first!();
    await third;
    expect(order).toEqual(['third']);
    second!();
    await fourth;
    expect(order).toEqual(['third', 'fourth']);
  });

  it('turns away who would wait too long, or as one too many', async () => {
    const gate = createGate({ ...base, maxWaitMs: 5 });
    await gate.enter();
    const leave = await gate.enter();
    const waiting = gate.enter();
    expect(await gate.enter()).toBeUndefined();
    expect(await waiting).toBeUndefined();
    leave!();
    expect(await gate.enter()).toBeDefined();
  });
});
