import { Knex } from 'knex';
import { databases } from '../__testUtils__/databases';
import { applyMigrations } from '../database/applyMigrations';
import { LeaderElection } from './LeaderElection';

jest.setTimeout(60_000);

const TTL_MS = 400;
const RENEW_MS = 50;

async function waitFor(condition: () => boolean, ms = 10_000) {
  const end = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > end) throw new Error('Waited in vain');
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

interface Replica {
  election: LeaderElection;
  epochs: number[];
  deposed: () => number;
  /** Makes every query fail from now on, as if the process was cut off. */
  cutOff: () => void;
}

function createReplica(knex: Knex, holder: string): Replica {
  const epochs: number[] = [];
  let deposed = 0;
  let offline = false;
  const guarded = new Proxy(knex, {
    apply(target, self, args) {
      if (offline) throw new Error('The database is out of reach');
      return Reflect.apply(target, self, args);
    },
  });
  const election = new LeaderElection({
    knex: guarded,
    role: 'reconciler',
    holder,
    clock: { now: () => new Date() },
    ttlMs: TTL_MS,
    renewMs: RENEW_MS,
    onElected: async epoch => {
      epochs.push(epoch);
    },
    onDeposed: async () => {
      deposed += 1;
    },
    onError: () => {},
  });
  return {
    election,
    epochs,
    deposed: () => deposed,
    cutOff: () => {
      offline = true;
    },
  };
}

describe.each(databases.eachSupportedId())('LeaderElection on %s', id => {
  let knex: Knex;

  beforeEach(async () => {
    knex = await databases.init(id);
    await applyMigrations(knex);
  });

  it('elects one of many, and another one at once when it steps down', async () => {
    const replicas = Array.from({ length: 5 }, (_, i) =>
      createReplica(knex, `replica-${i}`),
    );
    replicas.forEach(replica => replica.election.start());
    const leaders = () => replicas.filter(r => r.election.isLeader());
    await waitFor(() => leaders().length === 1);
    await new Promise(resolve => setTimeout(resolve, 3 * TTL_MS));
    expect(leaders()).toHaveLength(1);
    const [first] = leaders();
    expect(first.epochs).toEqual([1]);

    const stoppedAt = Date.now();
    await first.election.stop();
    expect(first.election.isLeader()).toBe(false);
    expect(first.deposed()).toBe(1);
    await waitFor(() => leaders().length === 1);
    expect(Date.now() - stoppedAt).toBeLessThan(TTL_MS);
    expect(leaders()[0].epochs).toEqual([2]);
    await Promise.all(replicas.map(r => r.election.stop()));
  });

  it('stops believing in its lease before another replica takes it', async () => {
    const first = createReplica(knex, 'first');
    const second = createReplica(knex, 'second');
    first.election.start();
    await waitFor(() => first.election.isLeader());
    second.election.start();
    let both = 0;
    const watch = setInterval(() => {
      if (first.election.isLeader() && second.election.isLeader()) both += 1;
    }, 1);
    first.cutOff();
    await waitFor(() => second.election.isLeader());
    clearInterval(watch);
    expect(both).toBe(0);
    expect(second.epochs).toEqual([2]);
    await waitFor(() => first.deposed() === 1);
    await second.election.stop();
    await first.election.stop();
  });

  it('does not take back a lease that another holder has', async () => {
    const first = createReplica(knex, 'first');
    first.election.start();
    await waitFor(() => first.election.isLeader());
    await knex('arena_leader').update({
      holder: 'thief',
      epoch: 7,
      expires_at: Date.now() + 60_000,
    });
    await waitFor(() => first.deposed() === 1);
    await new Promise(resolve => setTimeout(resolve, 2 * TTL_MS));
    expect(first.election.isLeader()).toBe(false);
    await first.election.stop();
    const row = await knex('arena_leader').first();
    expect(row.holder).toBe('thief');
    expect(Number(row.expires_at)).toBeGreaterThan(Date.now());
  });
});
