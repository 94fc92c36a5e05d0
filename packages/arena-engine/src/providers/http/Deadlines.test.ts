import { Deadlines } from './Deadlines';

describe('Deadlines', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('ends what is late, in turn, and leaves the rest alone', () => {
    const late: string[] = [];
    const deadlines = new Deadlines(1_000);
    deadlines.start(() => late.push('first'));
    jest.advanceTimersByTime(400);
    const done = deadlines.start(() => late.push('second'));
    deadlines.start(() => late.push('third'));
    jest.advanceTimersByTime(599);
    expect(late).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(late).toEqual(['first']);
    done();
    jest.advanceTimersByTime(400);
    expect(late).toEqual(['first', 'third']);
    deadlines.start(() => late.push('fourth'));
    jest.advanceTimersByTime(1_000);
    expect(late).toEqual(['first', 'third', 'fourth']);
    expect(jest.getTimerCount()).toBe(0);
  });
});
