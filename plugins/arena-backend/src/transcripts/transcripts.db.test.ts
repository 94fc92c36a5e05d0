import {
  MAX_REPORT_ITEMS,
  Transcript,
} from '@backstage-arena/plugin-arena-common';
import { gzipSync } from 'node:zlib';
import { databases } from '../__testUtils__/databases';
import {
  setupRuns,
  testPlan,
  testReport,
  testRun,
  testTranscript,
} from '../__testUtils__/runs';
import { decodeBatch, encodeBatch } from './batchCodec';
import { createRedactor } from './createRedactor';

jest.setTimeout(60_000);

const RUN = 'job-uid-1';

describe('batchCodec', () => {
  it('returns what it was given', async () => {
    const entries = [
      { index: 7, json: '{"a":"ü€😀"}' },
      { index: 2 ** 40, json: '' },
      { index: 0, json: 'x'.repeat(100_000) },
    ];
    const batch = await encodeBatch(entries);
    expect(batch.content.length).toBeLessThan(1_000);
    const decoded = await decodeBatch(batch);
    expect(
      [...decoded].map(([index, json]) => ({ index, json: json.toString() })),
    ).toEqual(entries);
  });

  it('reads gzip, and says so when it does not know a compression', async () => {
    const empty = gzipSync(Buffer.alloc(4));
    expect(await decodeBatch({ codec: 'gzip', content: empty })).toEqual(
      new Map(),
    );
    await expect(
      decodeBatch({ codec: 'lz77', content: empty }),
    ).rejects.toThrow(/'lz77'/);
  });
});

describe.each(databases.eachSupportedId())('transcripts on %p', id => {
  async function setup() {
    const parts = await setupRuns(id, {
      queue: { maxTranscriptBytes: 2_000 },
      redactor: createRedactor(['hunter2']),
    });
    const { store, queue } = parts;
    await store.create(
      testRun({ plan: testPlan({ scenarios: 400, trials: 2 }) }),
    );
    await queue.register(RUN, {
      protocolVersion: 1,
      workerId: 'w1',
      engineVersion: '1',
      host: 'h',
    });
    const lease = async () => {
      const answer = await queue.lease(RUN, { workerId: 'w1', capacity: 500 });
      if (answer.state !== 'granted') return undefined;
      const { leaseId, fence } = answer;
      const indexes = [
        ...answer.ranges.flatMap(({ from, to }) =>
          Array.from({ length: to - from }, (_, offset) => from + offset),
        ),
        ...answer.items.map(item => item.index),
      ];
      return { key: { workerId: 'w1', leaseId, fence }, indexes };
    };
    return { ...parts, lease };
  }

  it('are read one by one and all in order, from anywhere', async () => {
    const { queue, transcripts, knex, lease } = await setup();
    for (;;) {
      const next = await lease();
      if (!next) break;
      // Out of order, in several reports, and not for every item.
      const mixed = [...next.indexes].sort((a, b) => (a % 7) - (b % 7));
      for (let start = 0; start < mixed.length; start += 150) {
        await queue.report(RUN, {
          ...next.key,
          results: mixed.slice(start, start + 150).map(index =>
            testReport(index, {
              transcript:
                index % 5 === 0 ? undefined : testTranscript(`item ${index}`),
            }),
          ),
        });
      }
    }
    expect(await transcripts.read(RUN, 3)).toBe(testTranscript('item 3'));
    for (const index of [5, 3_200, -1]) {
      await expect(transcripts.read(RUN, index)).rejects.toMatchObject({
        name: 'NotFoundError',
      });
    }
    const read: number[] = [];
    for await (const { index, json } of transcripts.readAll(RUN, 1_001)) {
      expect(json).toBe(testTranscript(`item ${index}`));
      read.push(index);
    }
    expect(read).toEqual(
      Array.from({ length: 3_200 }, (_, index) => index).filter(
        index => index >= 1_001 && index % 5 !== 0,
      ),
    );
    const rows = await knex('run_transcripts');
    expect(rows.length).toBeGreaterThanOrEqual(3_200 / MAX_REPORT_ITEMS);
  });

  it('are cut to the limit, without secrets, and stay JSON', async () => {
    const { queue, transcripts, knex, lease } = await setup();
    const { key, indexes } = (await lease())!;
    const long = JSON.stringify({
      version: 1,
      scenario: 'forged',
      messages: [
        { role: 'user', content: 'short, hunter2', turn: 0 },
        { role: 'assistant', content: '"ü\\'.repeat(5_000), turn: 0 },
        { role: 'user', content: 'never reached', turn: 1 },
      ],
      checks: [],
    });
    await queue.report(RUN, {
      ...key,
      results: [
        testReport(indexes[0], { transcript: long }),
        testReport(indexes[1], { transcript: `hunter2 ${'x'.repeat(9_000)}` }),
        testReport(indexes[2], { transcript: 'hunter2 is no JSON' }),
      ],
    });
    const text = await transcripts.read(RUN, indexes[0]);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2_000);
    const transcript: Transcript = JSON.parse(text);
    expect(transcript).toMatchObject({
      scenario: 'scenario-0',
      truncated: true,
    });
    expect(transcript.messages).toHaveLength(2);
    expect(transcript.messages[0].content).toBe('short, [REDACTED]');
    expect(transcript.messages[1].content).toMatch(/^"ü\\"ü.*\n\[cut\]$/s);
    expect(Buffer.byteLength(text)).toBeGreaterThan(1_000);
    expect(JSON.parse(await transcripts.read(RUN, indexes[1]))).toMatchObject({
      messages: [],
      truncated: true,
    });
    expect(await transcripts.read(RUN, indexes[2])).toBe(
      '[REDACTED] is no JSON',
    );
    for (const row of await knex('run_transcripts')) {
      const decoded = await decodeBatch(row);
      for (const json of decoded.values()) {
        expect(json.toString()).not.toContain('hunter2');
      }
    }
  });

  it('of attempts that are retried are not kept', async () => {
    const { queue, knex, lease } = await setup();
    const { key, indexes } = (await lease())!;
    await queue.report(RUN, {
      ...key,
      results: [
        testReport(indexes[0], {
          status: 'errored',
          error: { class: 'provider', message: 'down', retryable: true },
          transcript: testTranscript('failed attempt'),
        }),
      ],
    });
    expect(await knex('run_transcripts')).toEqual([]);
  });
});
