import {
  LeaseResponse,
  WORKER_PROTOCOL_VERSION,
} from '@backstage-arena/plugin-arena-common';
import { Backend } from './processes';

/** From the creation of a large run to the first lease that a worker gets of it. */
export async function measureFirstLease(
  backend: Backend,
  items: number,
): Promise<{ firstLeaseMs: number; createMs: number }> {
  const runId = 'large';
  const begin = performance.now();
  const { token, createMs } = await backend.ask('create', {
    type: 'create',
    runId,
    items,
  });
  const call = async <T>(path: string, body: unknown): Promise<T> => {
    const response = await fetch(`${backend.url}/worker/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
    const answer: T = await response.json();
    return answer;
  };
  const workerId = 'first';
  await call('/register', {
    protocolVersion: WORKER_PROTOCOL_VERSION,
    workerId,
    engineVersion: '0.0.0',
    host: 'bench',
  });
  const lease = await call<LeaseResponse>('/lease', {
    workerId,
    capacity: 500,
  });
  const firstLeaseMs = performance.now() - begin;
  if (lease.state !== 'granted') {
    throw new Error(`Expected work, got ${JSON.stringify(lease)}`);
  }
  return { firstLeaseMs, createMs };
}
