import { mockLogger } from '../__testUtils__/mockLogger';
import { databases } from '../__testUtils__/databases';
import { setupRuns, testRun } from '../__testUtils__/runs';
import { RunLeaseRow } from '../runs/tables';

jest.setTimeout(60_000);

describe.each(databases.eachSupportedId())('expireLeases on %p', id => {
  async function setup() {
    const logger = mockLogger();
    const parts = await setupRuns(id, { logger });
    const lease = async (runId: string, workerId: string, capacity: number) => {
      await parts.queue.register(runId, {
        protocolVersion: 1,
        workerId,
        engineVersion: '1',
        host: 'h',
      });
      const answer = await parts.queue.lease(runId, { workerId, capacity });
      if (answer.state !== 'granted') throw new Error(answer.state);
      return answer;
    };
    const spoil = (leaseIds: string[]) =>
      parts
        .knex<RunLeaseRow>('run_leases')
        .whereIn('lease_id', leaseIds)
        .update({ remaining: '[[0,' });
    return { ...parts, logger, lease, spoil };
  }

  it('takes back the others when one cannot be taken back', async () => {
    const { store, queue, clock, logger, lease, spoil } = await setup();
    await store.create(testRun());
    await store.create(testRun({ id: 'other-1', jobUid: 'other' }));
    const broken = await lease('job-uid-1', 'w1', 2);
    clock.advance(1);
    await lease('other-1', 'w1', 2);
    await spoil([broken.leaseId]);
    clock.advance(20_000);

    expect(await queue.expire()).toBe(1);
    expect((await store.head('other-1')).leased).toBe(0);
    const again = await lease('other-1', 'w2', 1);
    expect(again.ranges).toEqual([{ from: 0, to: 1 }]);
    expect(logger.error).toHaveBeenCalledTimes(1);
    expect(logger.error).toHaveBeenCalledWith(
      expect.stringContaining(`Lease ${broken.leaseId} of run job-uid-1`),
      { runId: 'job-uid-1', cluster: 'embedded', job: 'default/job' },
    );
    // It is tried again the next time.
    expect(await queue.expire()).toBe(0);
    expect(logger.error).toHaveBeenCalledTimes(2);
  });

  it('gets past more broken leases than it looks at in one go', async () => {
    const { knex, store, queue, clock, logger, lease, spoil } = await setup();
    await store.create(testRun());
    await store.create(testRun({ id: 'other-1', jobUid: 'other' }));
    const broken = await lease('job-uid-1', 'w1', 1);
    const [row] = await knex<RunLeaseRow>('run_leases')
      .where({ lease_id: broken.leaseId })
      .select('*');
    await spoil([broken.leaseId]);
    await knex.batchInsert(
      'run_leases',
      Array.from({ length: 119 }, (_, n) => ({
        ...row,
        lease_id: `broken-${n}`,
        remaining: '[[0,',
      })),
      50,
    );
    clock.advance(1);
    await lease('other-1', 'w1', 2);
    clock.advance(20_000);

    expect(await queue.expire()).toBe(1);
    expect((await store.head('other-1')).leased).toBe(0);
    expect(logger.error).toHaveBeenCalledTimes(120);
  });
});
