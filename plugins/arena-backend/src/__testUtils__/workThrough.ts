import {
  LeaseResponse,
  WORKER_PROTOCOL_VERSION,
} from '@backstage-arena/plugin-arena-common';
import { WorkQueue } from '../queue/WorkQueue';
import { TestClock, testReport } from './runs';

type Granted = Extract<LeaseResponse, { state: 'granted' }>;

/** The items of a lease, with the number of their execution. */
export function itemsOf({ ranges, items }: Granted) {
  return [
    ...ranges.flatMap(({ from, to }) =>
      Array.from({ length: to - from }, (_, offset) => ({
        index: from + offset,
        attempt: 1,
      })),
    ),
    ...items,
  ];
}

/** Signs a worker in with a run. */
export async function registerWorker(
  queue: WorkQueue,
  runId: string,
  workerId: string,
): Promise<void> {
  await queue.register(runId, {
    protocolVersion: WORKER_PROTOCOL_VERSION,
    workerId,
    engineVersion: '0.1.0',
    host: 'here',
  });
}

/** Does all that is left of a run, as a worker would whose items pass, the reports included. */
export async function workThrough(
  queue: WorkQueue,
  clock: TestClock,
  options: { runId: string; workerId: string; capacity?: number },
): Promise<void> {
  const { runId, workerId, capacity = 8 } = options;
  await registerWorker(queue, runId, workerId);
  for (;;) {
    const lease = await queue.lease(runId, { workerId, capacity });
    if (lease.state === 'closed') return;
    if (lease.state === 'wait') {
      clock.advance(lease.retryAfterMs);
      continue;
    }
    const { leaseId, fence } = lease;
    const key = { workerId, leaseId, fence };
    if (lease.state === 'finalize') {
      await queue.release(runId, {
        ...key,
        started: [],
        finalize: { ok: true, files: [] },
      });
      continue;
    }
    await queue.report(runId, {
      ...key,
      results: itemsOf(lease).map(({ index, attempt }) =>
        testReport(index, { attempt }),
      ),
    });
  }
}
