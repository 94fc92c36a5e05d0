import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatasetJournal, FinishedAttempt } from './DatasetJournal';

describe('DatasetJournal', () => {
  let out: string;

  beforeEach(() => {
    out = mkdtempSync(join(tmpdir(), 'arena-journal-'));
  });

  afterEach(() => rmSync(out, { recursive: true, force: true }));

  const open = (identity: string, runId = 'one') =>
    DatasetJournal.open({ out, identity, runId });
  const finished = (attempt: number): FinishedAttempt => ({
    attempt,
    state: 'finished',
    cost: 0.5,
    at: 1_000,
    generated: { row: '{"a":1}' },
  });
  const read = async (journal: DatasetJournal) => {
    const found: FinishedAttempt[] = [];
    for await (const each of journal.finished()) found.push(each);
    return found;
  };

  it('goes on where a process ended, also in the middle of a line', async () => {
    const first = await open('same');
    expect(first.isResumed).toBe(false);
    first.add(finished(1));
    first.add(finished(0));
    writeFileSync(join(first.staging, 'half'), 'of a file');
    first.close();
    appendFileSync(join(out, '.datagen', 'attempts.jsonl'), '{"attempt":2,"st');

    const second = await open('same', 'two');
    expect(second).toMatchObject({ isResumed: true, runId: 'one' });
    expect(readdirSync(second.staging)).toEqual([]);
    expect(await read(second)).toEqual([finished(1), finished(0)]);
    second.add(finished(2));
    second.close();
    const third = await open('same');
    expect(await read(third)).toHaveLength(3);
    await third.remove();
    third.close();
    expect(readdirSync(out)).toEqual([]);
  });

  it('knows what was spent, and what may have been', async () => {
    const first = await open('same');
    first.add({ state: 'reserved', cost: 2 });
    first.add({ state: 'reserved', cost: 3 });
    first.add({ state: 'settled', reserved: 2, cost: 0.5 });
    expect(first.spent).toBe(3.5);
    first.close();
    // The call was cut off by the end of the process.
    first.add({ state: 'settled', reserved: 3, cost: 1 });
    const second = await open('same');
    await read(second);
    expect(second.spent).toBe(3.5);
    second.close();
  });

  it('begins anew for rows that depend on something else, and keeps the others', async () => {
    const first = await open('one');
    first.add(finished(0));
    first.close();
    const second = await open('other', 'two');
    expect(second).toMatchObject({ isResumed: false, runId: 'two' });
    expect(await read(second)).toEqual([]);
    expect(second.kept).toMatch(/\.datagen-\d/);
    expect(readdirSync(second.kept!)).toEqual(['attempts.jsonl', 'run.json']);
    second.close();
    const third = await open('third');
    expect(third.kept).toBeUndefined();
    third.close();
  });

  it('belongs to one process at a time', async () => {
    const lock = join(out, '.datagen.lock');
    const holder = (pid: number, host = hostname()) =>
      writeFileSync(lock, JSON.stringify({ pid, host }));
    // Of this test's parent.
    holder(process.ppid);
    await expect(open('same')).rejects.toThrow(
      `Process ${process.ppid} on ${hostname()} generates data into ${out}`,
    );
    holder(1, 'elsewhere');
    await expect(open('same')).rejects.toThrow(/on elsewhere.*delete .*lock/);
    writeFileSync(lock, '');
    await expect(open('same')).rejects.toThrow(/Another process/);
    expect(existsSync(join(out, '.datagen'))).toBe(false);

    // No process has such a number: it is over.
    holder(2 ** 30);
    const journal = await open('same');
    journal.close();
    expect(existsSync(lock)).toBe(false);
  });
});
