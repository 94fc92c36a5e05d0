import { LoadReportBatch } from '@backstage-arena/plugin-arena-common/load';
import { BatchSender } from './BatchSender';

function batchOf(second: number, size = 0): LoadReportBatch {
  return {
    worker: {
      workerId: 'w'.repeat(Math.max(1, size)),
      second,
      elapsedMs: 1_000,
      eventLoopDelay: { p50: 0, p99: 0, max: 0 },
      cpuMs: 0,
      spinMs: 0,
      inFlight: 0,
      connectionsOpened: 0,
      connectionsReused: 0,
      rssBytes: 0,
    },
    records: [],
  };
}

function start(options: { firstSecond?: number } = {}) {
  const reports: number[][] = [];
  const answers: Array<{ resolve: () => void; reject: (e: Error) => void }> =
    [];
  const errors: unknown[] = [];
  const end = new AbortController();
  const sender = new BatchSender({
    api: {
      report: batches =>
        new Promise((resolve, reject) => {
          reports.push(batches.map(json => JSON.parse(json).worker.second));
          answers.push({
            resolve: () => resolve({ accepted: batches.length }),
            reject,
          });
        }),
    },
    firstSecond: options.firstSecond ?? 0,
    signal: end.signal,
    onError: error => errors.push(error),
  });
  const answer = async () => {
    answers.shift()!.resolve();
    await new Promise(setImmediate);
  };
  return { sender, reports, answers, answer, errors, end };
}

describe('the sender of records', () => {
  it('reports one at a time, and then all that has gathered', async () => {
    const { sender, reports, answer } = start({ firstSecond: 3 });
    expect(sender.recordedUntil).toBe(3);
    for (const second of [3, 4, 7]) sender.add(batchOf(second));
    expect(reports).toEqual([[3]]);
    expect(sender.recordedUntil).toBe(3);
    await answer();
    expect(sender.recordedUntil).toBe(4);
    expect(reports).toEqual([[3], [4, 7]]);
    let flushed = false;
    const flushing = sender.flush().then(() => {
      flushed = true;
    });
    sender.add(batchOf(8));
    await answer();
    expect([sender.recordedUntil, flushed]).toEqual([8, false]);
    await answer();
    await flushing;
    expect(sender.recordedUntil).toBe(9);
    expect(reports).toEqual([[3], [4, 7], [8]]);
    sender.add(batchOf(9));
    expect(reports.at(-1)).toEqual([9]);
  });

  it('sends no more in one report than the protocol allows', async () => {
    const { sender, reports, answer } = start();
    for (let second = 0; second < 200; second += 1) sender.add(batchOf(second));
    await answer();
    await answer();
    expect(reports.map(({ length }) => length)).toEqual([1, 120, 79]);
  });

  it('sends no report that is too large, unless one second is', async () => {
    const { sender, reports, answer } = start();
    sender.add(batchOf(0));
    for (const second of [1, 2, 3]) sender.add(batchOf(second, 800_000));
    sender.add(batchOf(4, 5_000_000));
    for (let n = 0; n < 3; n += 1) await answer();
    expect(reports).toEqual([[0], [1, 2], [3], [4]]);
  });

  it('tells what went wrong', async () => {
    const { sender, answers, errors } = start();
    sender.add(batchOf(0));
    answers[0].reject(new Error('refused'));
    await sender.flush();
    expect(errors).toEqual([new Error('refused')]);
    expect(sender.recordedUntil).toBe(0);
  });

  it('is quiet when nothing is to be told any more', async () => {
    const { sender, answers, errors, end, reports } = start();
    sender.add(batchOf(0));
    end.abort();
    answers[0].reject(new Error('aborted'));
    await sender.flush();
    sender.add(batchOf(1));
    expect(errors).toEqual([]);
    expect(reports).toEqual([[0]]);
  });
});
