import { JsonObject } from '@backstage/types';
import { canonicalRow, rowText } from './canonicalRow';
import { DatasetIntake, IntakeVerdict } from './DatasetIntake';
import { randomVector } from './__testUtils__/randomVector';
import { DatasetProfile, datasetProfileOf } from './DatasetProfile';
import { datasetEnd, emptyTally } from './DatasetTally';
import { minHash } from './MinHash';
import { rowCandidate } from './rowCandidate';
import { rowEmbedding } from './RowEmbedding';

function open(given: Partial<DatasetProfile> = {}) {
  const profile: DatasetProfile = {
    ...datasetProfileOf(undefined),
    count: 3,
    ...given,
  };
  const tally = emptyTally(profile);
  const intake = new DatasetIntake({ profile, tally });
  const offer = (row: JsonObject, persona?: string): IntakeVerdict =>
    intake.offer({
      row,
      hash: canonicalRow(row),
      signature:
        profile.nearDuplicateThreshold === undefined
          ? undefined
          : minHash(rowText(row)),
      persona,
    });
  return { profile, tally, intake, offer };
}

describe('DatasetIntake', () => {
  it('takes unique rows up to the count, and counts what is more as surplus', () => {
    const { offer, tally } = open({ count: 2 });
    expect(offer({ text: 'a' })).toMatchObject({
      state: 'accepted',
      number: 0,
    });
    expect(offer({ text: ' a ' })).toMatchObject({
      state: 'rejected',
      reason: 'duplicate',
      duplicateOf: 0,
    });
    expect(offer({ text: 'b' })).toMatchObject({
      state: 'accepted',
      number: 1,
    });
    expect(offer({ text: 'c' })).toEqual({ state: 'surplus' });
    expect(tally).toMatchObject({
      rows: 2,
      attempts: 4,
      surplus: 1,
      rejects: { duplicate: 1 },
    });
  });

  it('takes rows for the same whatever the order of their keys and the form of their letters', () => {
    const { offer } = open();
    offer({ a: 1, b: 'é' });
    expect(offer({ b: 'e\u0301', a: 1 })).toMatchObject({
      reason: 'duplicate',
    });
  });

  it('refuses what is nearly the same when the job says so', () => {
    const { offer } = open({ nearDuplicateThreshold: 0.7 });
    const text =
      'My parcel was to arrive on Monday and nobody can tell me where it is, please help me to find it';
    offer({ text });
    expect(offer({ text: `${text}!` })).toMatchObject({
      reason: 'nearDuplicate',
      duplicateOf: 0,
    });
    expect(
      offer({ text: 'The invoice of last month names the wrong company' }),
    ).toMatchObject({ state: 'accepted' });
  });

  it('knows rows that another process accepted', () => {
    const { offer, intake } = open({ nearDuplicateThreshold: 0.8 });
    const row = { text: 'a row that was accepted by somebody else before' };
    intake.know({
      hashes: [[canonicalRow({ text: 'x' }), 7]],
      signatures: [{ number: 8, signature: minHash(rowText(row)) }],
    });
    expect(offer({ text: 'x' })).toMatchObject({ duplicateOf: 7 });
    expect(offer({ ...row, more: '.' })).toMatchObject({
      reason: 'nearDuplicate',
      duplicateOf: 8,
    });
  });

  it('shares the rows out as the quotas of a field say, the rest among all other values', () => {
    const { offer, tally } = open({
      count: 4,
      quotas: [
        { field: 'kind', value: 'a', count: 2 },
        { field: 'kind', value: '1', count: 1 },
      ],
    });
    const kinds = ['a', 'a', 'a', 'z', 'y', 1, 'a'];
    const states = kinds.map((kind, id) => offer({ kind, id }));
    expect(
      states.map(each =>
        each.state === 'rejected' ? each.reason : each.state,
      ),
    ).toEqual([
      'accepted',
      'accepted',
      'quota',
      'accepted',
      'quota',
      'accepted',
      'surplus',
    ]);
    expect(tally.filled).toEqual([2, 1]);
  });

  it('does not take a model for barren whose rows are of a kind that is full', () => {
    const { offer, tally, intake } = open({
      count: 3,
      quotas: [{ field: 'kind', value: 'rare', count: 2 }],
    });
    offer({ kind: 'often', id: 0 });
    for (let id = 1; id < 2_000; id += 1) offer({ kind: 'often', id });
    offer({ kind: 'often', id: 0 });
    expect(tally).toMatchObject({
      barren: 0,
      rejects: { quota: 1_999, duplicate: 1 },
    });
    expect(datasetEnd({ count: 3, maxAttempts: 10_000 }, tally)).toBe(
      undefined,
    );
    intake.reject({ reason: 'schema', message: 'x' });
    offer({ kind: 'rare', id: 1 });
    offer({ kind: 'rare', id: 1 });
    expect(tally).toMatchObject({ rows: 2, barren: 1 });
  });

  it('has figures that add up, with attempts that were cut off', () => {
    const { offer, tally, intake } = open({ count: 1 });
    offer({ id: 1 });
    offer({ id: 2 });
    intake.reject({ reason: 'schema', message: 'x' });
    intake.leave(3);
    expect(tally).toMatchObject({
      rows: 1,
      surplus: 1,
      rejects: { schema: 1 },
      unfinished: 3,
      attempts: 6,
    });
  });

  it('refuses what means the same, when it is told what rows mean', () => {
    const { profile, intake, tally } = open({
      nearDuplicateThreshold: 0.9,
      nearDuplicateEmbedding: { provider: 'vectors' },
    });
    const offer = (id: number, vector: number[]) =>
      intake.offer(
        rowCandidate(
          { row: { id }, hash: `${id}`, embedding: rowEmbedding(vector) },
          profile,
        ),
      );
    const [one, other] = [randomVector(1), randomVector(2)];
    const near = one.map((value, i) => value + 0.3 * other[i]);
    expect(offer(1, one)).toMatchObject({ state: 'accepted' });
    expect(offer(2, near)).toMatchObject({
      reason: 'nearDuplicate',
      message: 'It is 96 % similar to row 0',
      duplicateOf: 0,
    });
    expect(offer(3, other)).toMatchObject({ state: 'accepted' });
    expect(tally.rows).toBe(2);
    expect(() => rowCandidate({ row: { id: 4 }, hash: '4' }, profile)).toThrow(
      /embedding/,
    );
  });

  it('counts personas as it does fields', () => {
    const { offer } = open({
      count: 2,
      quotas: [
        { persona: 'calm', count: 1 },
        { persona: 'angry', count: 1 },
      ],
    });
    expect(offer({ id: 1 }, 'calm')).toMatchObject({ state: 'accepted' });
    expect(offer({ id: 2 }, 'calm')).toMatchObject({ reason: 'quota' });
    expect(offer({ id: 3 })).toMatchObject({ reason: 'quota' });
    expect(offer({ id: 4 }, 'angry')).toMatchObject({ state: 'accepted' });
  });
});
