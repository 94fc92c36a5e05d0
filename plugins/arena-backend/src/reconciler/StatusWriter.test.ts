import {
  ARENA_API_VERSION,
  ArenaJobStatus,
  ArenaObject,
} from '@backstage-arena/plugin-arena-common';
import { createJob } from './job/__testUtils__/worlds';
import { StatusWriter } from './StatusWriter';

function createWriter(intervalMs: number) {
  const written: ArenaObject[] = [];
  const writer = new StatusWriter(
    {
      updateStatus: async <T extends ArenaObject>(object: ArenaObject) => {
        written.push(object);
        return object as T;
      },
    },
    intervalMs,
  );
  return { writer, written };
}

const running = (completed: number): ArenaJobStatus => ({
  phase: 'Running',
  progress: { total: 9, completed, failed: 0, pending: 9 - completed },
});

describe('StatusWriter', () => {
  it('writes only what is new', async () => {
    const { writer, written } = createWriter(0);
    const job = createJob({ status: running(1) });
    expect(await writer.write(job, { ...running(1) })).toEqual({
      written: false,
    });
    expect(await writer.write(job, running(2))).toEqual({ written: true });
    expect(written).toHaveLength(1);
    expect(written[0]).toMatchObject({
      apiVersion: ARENA_API_VERSION,
      metadata: { uid: 'uid-1', resourceVersion: '7' },
      status: { progress: { completed: 2 } },
    });
  });

  it('takes an undefined field for one that is not there', async () => {
    const { writer, written } = createWriter(0);
    await writer.write(createJob({ status: running(1) }), {
      ...running(1),
      startTime: undefined,
    });
    expect(written).toEqual([]);
  });

  it('takes conditions for the same that only come from elsewhere', async () => {
    const { writer, written } = createWriter(60_000);
    const withCondition = (
      completed: number,
      more: object = {},
    ): ArenaJobStatus => ({
      ...running(completed),
      conditions: [
        {
          type: 'Progressing',
          status: 'True',
          reason: 'JobRunning',
          message: 'The items are being worked on',
          lastTransitionTime: '2026-05-04T12:00:00Z',
          observedGeneration: 1,
          ...more,
        },
      ],
    });
    // As a cache gives them away.
    const status = (completed: number) =>
      structuredClone(withCondition(completed));
    await writer.write(createJob({ status: status(1) }), withCondition(2));
    const second = await writer.write(
      createJob({ status: status(2) }),
      withCondition(3, { absent: undefined }),
    );
    expect(second).toMatchObject({ written: false });
    expect(written).toHaveLength(1);
  });

  it('writes numbers at most once per interval, and says when to come back', async () => {
    const { writer, written } = createWriter(60_000);
    await writer.write(createJob({ status: running(1) }), running(2));
    const second = await writer.write(
      createJob({ status: running(2) }),
      running(3),
    );
    expect(written).toHaveLength(1);
    expect(second.written).toBe(false);
    expect((second as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(
      50_000,
    );
    const other = createJob({
      status: running(2),
      metadata: { uid: 'another' },
    });
    expect(await writer.write(other, running(3))).toEqual({ written: true });
  });

  it('writes a new phase or condition at once', async () => {
    const { writer, written } = createWriter(60_000);
    const job = createJob({ status: running(1) });
    await writer.write(job, running(2));
    await writer.write(job, { ...running(2), phase: 'Succeeded' });
    await writer.write(job, {
      ...running(2),
      conditions: [
        {
          type: 'Ready',
          status: 'False',
          reason: 'X',
          message: '',
          lastTransitionTime: '2026-11-23T00:00:00Z',
          observedGeneration: 1,
        },
      ],
    });
    expect(written).toHaveLength(3);
  });
});
