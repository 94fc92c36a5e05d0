import { LeaseDemand } from './LeaseDemand';

describe('LeaseDemand', () => {
  it('asks for no more than it can start while items are slow', () => {
    let now = 0;
    const demand = new LeaseDemand({ now: () => now });
    expect(demand.wanted({ freeSlots: 4, unstarted: 0 })).toBe(4);
    now = 60_000;
    demand.note(4);
    expect(demand.wanted({ freeSlots: 0, unstarted: 0 })).toBe(0);
    expect(demand.wanted({ freeSlots: 1, unstarted: 0 })).toBe(1);
  });

  it('fetches ahead while items are fast, and again when half of it is used', () => {
    let now = 0;
    const demand = new LeaseDemand({ now: () => now });
    for (let second = 1; second <= 10; second++) {
      demand.note(1_000);
      now = second * 1_000;
    }
    const wanted = demand.wanted({ freeSlots: 4, unstarted: 0 });
    expect(wanted).toBeGreaterThan(1_900);
    expect(wanted).toBeLessThanOrEqual(2_004);
    expect(demand.wanted({ freeSlots: 4, unstarted: 1_500 })).toBe(0);
    expect(demand.wanted({ freeSlots: 4, unstarted: 500 })).toBeGreaterThan(0);
  });

  it('learns within a moment that items are fast, and looks longer from then on', () => {
    let now = 0;
    const demand = new LeaseDemand({ now: () => now });
    const ahead = () => demand.wanted({ freeSlots: 0, unstarted: 0 });
    demand.note(50);
    now = 99;
    expect(ahead()).toBe(0);
    now = 100;
    expect(ahead()).toBe(1_000);
    demand.note(300);
    now = 299;
    expect(ahead()).toBe(1_000);
    now = 300;
    // The mean of 500 and 1,500 a second.
    expect(ahead()).toBe(2_000);
  });

  it('has a bound', () => {
    let now = 0;
    const demand = new LeaseDemand({ now: () => now });
    demand.note(1_000_000);
    now = 1_000;
    expect(demand.wanted({ freeSlots: 1, unstarted: 0 })).toBe(5_001);
  });
});
