import { ArenaSource } from '@backstage-arena/plugin-arena-common';
import {
  createTestBed,
  eachDatabase,
} from '../../store/__testUtils__/storeTestBed';
import { sourceOf } from '../__testUtils__/sources';
import { SourceRevisions } from './SourceRevisions';

jest.setTimeout(60_000);

const digest = (n: number) => `sha256:${String(n).padStart(64, '0')}`;

describe.each(eachDatabase())('SourceRevisions on %s', databaseId => {
  async function setUp() {
    const { knex, clock } = await createTestBed(databaseId);
    const revisions = new SourceRevisions({ knex, clock });
    const source = (uid = 'uid', current = 0): ArenaSource => {
      const object = sourceOf({ type: 'workspace' }) as ArenaSource;
      object.metadata.uid = uid;
      object.status = { artifact: { revision: 'x', digest: digest(current) } };
      return object;
    };
    const record = async (n: number, from = source(), cluster = 'embedded') => {
      clock.advance(1_000);
      return revisions.record(cluster, from, {
        revision: `r${n}`,
        digest: digest(n),
        size: n,
      });
    };
    const referenced = async () => {
      const found = [];
      for await (const one of revisions.references()()) found.push(one);
      return found.sort();
    };
    return { knex, revisions, source, record, referenced };
  }

  it('keeps the last ten, of which the current one comes first', async () => {
    const { revisions, source, record, referenced } = await setUp();
    for (let n = 1; n <= 9; n += 1) expect(await record(n)).toBe(n);
    for (let n = 10; n <= 12; n += 1) expect(await record(n)).toBe(10);
    // What was there before comes back.
    expect(await record(5)).toBe(10);
    const list = await revisions.list('embedded', source('uid', 5));
    expect(list.map(({ revision }) => revision)).toEqual(
      [5, 12, 11, 10, 9, 8, 7, 6, 4, 3].map(n => `r${n}`),
    );
    expect(list[0]).toEqual({
      revision: 'r5',
      digest: digest(5),
      version: '000000000000',
      size: 5,
      fetchedAt: '2026-11-23T10:00:05Z',
      current: true,
      runs: { total: 0, open: 0 },
    });
    expect(list.filter(({ current }) => current)).toHaveLength(1);
    expect(await referenced()).toHaveLength(10);
    expect(await revisions.has('embedded', source(), digest(3))).toBe(true);
    expect(await revisions.has('embedded', source(), digest(2))).toBe(false);
  });

  it('tells sources, clusters, and the source that had a name before apart', async () => {
    const { revisions, source, record, referenced } = await setUp();
    await record(1);
    await record(2, source(), 'other');
    expect(await revisions.has('embedded', source(), digest(2))).toBe(false);
    await record(3, source('its successor'));
    expect(await referenced()).toEqual([digest(2), digest(3)]);
    await revisions.forget('embedded', { namespace: 'team', name: 'source' });
    expect(await referenced()).toEqual([digest(2)]);
  });

  it('counts the runs that are pinned to a revision', async () => {
    const { knex, revisions, source, record } = await setUp();
    await record(1);
    await record(2);
    const columns = await knex('runs').columnInfo();
    for (const [index, state] of ['Open', 'Closed', 'Closed'].entries()) {
      const row: Record<string, unknown> = {
        run_id: `uid-${index}`,
        job_uid: `uid-${index}`,
        state,
      };
      for (const [name, info] of Object.entries(columns)) {
        if (name in row || name === 'seq' || info.nullable) continue;
        row[name] = /char|text/.test(info.type) ? '{}' : 0;
        if (/bool/.test(info.type)) row[name] = false;
      }
      const [{ seq }] = await knex('runs').insert(row).returning('seq');
      await knex('run_plans').insert({
        run_seq: seq,
        pins: '{}',
        plan: Buffer.from('x'),
        source_digest: digest(1),
      });
    }
    const list = await revisions.list('embedded', source('uid', 2));
    expect(list.map(({ runs }) => runs)).toEqual([
      { total: 0, open: 0 },
      { total: 3, open: 1 },
    ]);
  });
});
