import { EventCorrelator } from './EventCorrelator';

describe('EventCorrelator', () => {
  let time: number;
  let correlator: EventCorrelator;

  beforeEach(() => {
    time = 1_000_000;
    correlator = new EventCorrelator({ clock: { now: () => new Date(time) } });
  });

  const record = (
    message: string,
    options: { uid?: string; reason?: string } = {},
  ) =>
    correlator.correlate(options.uid ?? 'a', {
      type: 'Normal',
      reason: options.reason ?? 'Started',
      message,
    });

  it('counts the same event of the same object as one', () => {
    const first = record('hello');
    expect(first?.message).toBe('hello');
    expect(record('hello')).toEqual(first);
    const others = [
      record('other'),
      record('hello', { uid: 'b' }),
      record('hello', { reason: 'Stopped' }),
    ];
    expect(new Set([first, ...others].map(event => event?.id)).size).toBe(4);
    // Another replica names it alike.
    const replica = new EventCorrelator({ clock: { now: () => new Date(0) } });
    const event = { type: 'Normal', reason: 'Started', message: 'hello' };
    expect(replica.correlate('a', event)).toEqual(first);
  });

  it('combines what differs in its message alone when there is much of it, and forgets it in time', () => {
    for (let i = 0; i < 10; i++)
      expect(record(`item ${i}`)?.message).toBe(`item ${i}`);
    const combined = record('item 10');
    expect(combined?.message).toBe('(combined from similar events): item 10');
    const next = record('item 11');
    expect(next?.id).toBe(combined?.id);
    expect(next?.message).toBe('(combined from similar events): item 11');
    // Known ones are counted as before.
    expect(record('item 3')?.message).toBe('item 3');
    expect(record('item 10', { reason: 'Stopped' })?.message).toBe('item 10');
    time += 11 * 60_000;
    expect(record('item 12')?.message).toBe('item 12');
  });

  it('lets 25 events of an object pass at once, then one in five minutes, whatever others do', () => {
    for (let i = 0; i < 25; i++) expect(record('hello')).toBeDefined();
    expect(record('hello')).toBeUndefined();
    expect(record('hello', { uid: 'b' })).toBeDefined();
    time += 4 * 60_000;
    expect(record('hello')).toBeUndefined();
    time += 60_001;
    expect(record('hello')).toBeDefined();
    expect(record('hello')).toBeUndefined();
    // A clock that jumps back takes nothing away for ever.
    time -= 3_600_000;
    expect(record('hello')).toBeUndefined();
    time += 5 * 60_000 + 1;
    expect(record('hello')).toBeDefined();
  });
});
