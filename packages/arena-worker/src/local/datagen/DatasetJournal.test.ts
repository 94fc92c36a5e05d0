import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatasetJournal, JournalEntry } from './DatasetJournal';

describe('DatasetJournal', () => {
  let out: string;

  beforeEach(() => {
    out = mkdtempSync(join(tmpdir(), 'arena-journal-'));
  });

  afterEach(() => rmSync(out, { recursive: true, force: true }));

  const open = (identity: string, runId = 'one') =>
    DatasetJournal.open({ out, identity, runId });
  const entry = (attempt: number): JournalEntry => ({
    attempt,
    state: 'rejected',
    reason: 'schema',
    cost: 0.5,
    at: 1_000,
    barren: 2,
  });
  const read = async (journal: DatasetJournal) => {
    const entries: JournalEntry[] = [];
    for await (const each of journal.entries()) entries.push(each);
    return entries;
  };

  it('goes on where a process ended, also in the middle of a line', async () => {
    const first = await open('same');
    expect(first.isResumed).toBe(false);
    first.add(entry(0));
    first.add(entry(1));
    first.close();
    appendFileSync(join(out, '.datagen', 'attempts.jsonl'), '{"attempt":2,"st');

    const second = await open('same', 'two');
    expect(second).toMatchObject({ isResumed: true, runId: 'one' });
    expect(await read(second)).toEqual([entry(0), entry(1)]);
    second.add(entry(2));
    second.close();
    const third = await open('same');
    expect(await read(third)).toHaveLength(3);
    third.close();
    await third.remove();
    expect(readdirSync(out)).toEqual([]);
  });

  it('begins anew for rows that depend on something else', async () => {
    const first = await open('one');
    first.add(entry(0));
    first.close();
    const second = await open('other', 'two');
    expect(second).toMatchObject({ isResumed: false, runId: 'two' });
    expect(await read(second)).toEqual([]);
    second.close();
  });
});
