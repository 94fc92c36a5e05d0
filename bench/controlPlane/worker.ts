// The process of the workers: real protocol, no engine.
import { randomUUID } from 'node:crypto';
import { setInterval, setTimeout as sleep } from 'node:timers/promises';
import {
  LeaseResponse,
  MAX_REPORT_ITEMS,
  RegisterResponse,
  ReportResponse,
  WORKER_PROTOCOL_VERSION,
} from '@backstage-arena/plugin-arena-common';
import { WorkerOrder } from './messages';
import { createPayloadTexts } from './payload';

const payload = createPayloadTexts(42);

function createCall(order: WorkerOrder) {
  return async function call<T>(
    path: string,
    body: object | string,
  ): Promise<T> {
    for (;;) {
      const response = await fetch(`${order.backendUrl}${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${order.token}`,
          'content-type': 'application/json',
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      if (response.status === 429) {
        await response.arrayBuffer();
        await sleep(1_000 * Number(response.headers.get('retry-after')));
        continue;
      }
      if (!response.ok) {
        throw new Error(
          `${path}: status ${response.status}: ${await response.text()}`,
        );
      }
      const answer: T = await response.json();
      return answer;
    }
  };
}

async function work(order: WorkerOrder): Promise<number> {
  const call = createCall(order);
  const workerId = randomUUID();
  const { heartbeatIntervalMs } = await call<RegisterResponse>('/register', {
    protocolVersion: WORKER_PROTOCOL_VERSION,
    workerId,
    engineVersion: '0.0.0',
    host: 'bench',
  });
  const held = new Set<{ leaseId: string; fence: number }>();
  const stop = new AbortController();
  // A report that waits for its turn must not cost the lease.
  const beating = (async () => {
    for await (const _ of setInterval(heartbeatIntervalMs, null, {
      signal: stop.signal,
    })) {
      const leases = [...held].map(lease => ({ ...lease, started: [] }));
      await call('/heartbeat', { workerId, leases });
    }
  })().catch(error => {
    if (!stop.signal.aborted) throw error;
  });
  const slot = async (): Promise<number> => {
    let accepted = 0;
    for (;;) {
      const lease = await call<LeaseResponse>('/lease', {
        workerId,
        capacity: MAX_REPORT_ITEMS,
      });
      // Once there is nothing left to lease the others' reports end the run.
      if (lease.state !== 'granted') return accepted;
      const results = lease.ranges.flatMap(({ from, to }) =>
        Array.from({ length: to - from }, (_, offset) =>
          payload(from + offset),
        ),
      );
      const { leaseId, fence } = lease;
      const own = { leaseId, fence };
      held.add(own);
      const key = JSON.stringify({ workerId, ...own });
      const answer = await call<ReportResponse>(
        '/report',
        `${key.slice(0, -1)},"results":[${results.join(',')}]}`,
      );
      if (answer.refused.length > 0) {
        throw new Error(`Refused: ${JSON.stringify(answer.refused[0])}`);
      }
      held.delete(own);
      accepted += answer.accepted;
    }
  };
  const slots = Promise.all(Array.from({ length: order.inFlight }, slot));
  // Beats until the slots are done, or fails.
  await Promise.race([slots, beating]);
  stop.abort();
  const counts = await slots;
  return counts.reduce((sum, count) => sum + count, 0);
}

process.on('message', ({ bench: order }: { bench: WorkerOrder }) => {
  Promise.all(Array.from({ length: order.workers }, () => work(order))).then(
    counts =>
      process.send!({
        bench: { accepted: counts.reduce((sum, count) => sum + count, 0) },
      }),
    error => process.send!({ bench: { error: String(error?.stack ?? error) } }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send!({ bench: { ready: true } });
