import { ArenaApi, Condition } from '@backstage-arena/plugin-arena-common';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 1_000;

/**
 * Waits until a source was fetched.
 *
 * @returns its revision
 * @throws Error when fetching it failed, or the time is over; the source stays, and is fetched again.
 */
export async function awaitSource(
  client: ArenaApi,
  address: { cluster: string; namespace: string; name: string },
  options: { url: string; timeoutMinutes: number; signal?: AbortSignal },
): Promise<string> {
  const { url, timeoutMinutes, signal } = options;
  const deadline = performance.now() + timeoutMinutes * 60_000;
  for (;;) {
    const { status } = await client.get({ ...address, kind: 'ArenaSource' });
    const { phase, artifact, conditions } = (status ?? {}) as {
      phase?: string;
      artifact?: { revision?: string };
      conditions?: Condition[];
    };
    const why = conditions?.find(({ type }) => type === 'Ready')?.message;
    if (phase === 'Ready') return artifact?.revision ?? '';
    if (phase === 'Error') {
      throw new Error(
        `ArenaSource ${address.namespace}/${address.name} could not be fetched: ${why} See ${url}`,
      );
    }
    if (performance.now() >= deadline) {
      throw new Error(
        `ArenaSource ${address.namespace}/${address.name} was not fetched within ${timeoutMinutes} minutes: ${why} See ${url}`,
      );
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}
