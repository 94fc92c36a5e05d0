import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RowBands } from './RowBands';
import { RecordFile } from './RecordFile';
import { RowHashes } from './RowHashes';

const hashOf = (text: string) =>
  createHash('sha256').update(text).digest('hex');

describe('RowHashes', () => {
  it('finds every row, and nothing else, however many there are', () => {
    const hashes = new RowHashes();
    for (let row = 0; row < 20_000; row += 1) hashes.add(hashOf(`${row}`), row);
    for (let row = 0; row < 20_000; row += 7) {
      expect(hashes.find(hashOf(`${row}`))).toBe(row);
      expect(hashes.find(hashOf(`x${row}`))).toBeUndefined();
    }
  });
});

describe('RowBands', () => {
  it('finds the rows that share the most bands', () => {
    const bands = new RowBands();
    const bandOf = (row: number, n: number) =>
      parseInt(hashOf(`${row} ${n}`).slice(0, 12), 16);
    const bandsOf = (row: number) => [0, 1, 2].map(n => bandOf(row, n));
    for (let row = 0; row < 5_000; row += 1) bands.add(bandsOf(row), row);
    expect(
      bands.sharing([...bandsOf(7).slice(1), bandOf(9, 0), bandOf(-1, 0)], 10),
    ).toEqual([7, 9]);
    expect(bands.sharing([bandOf(4_999, 2)], 10)).toEqual([4_999]);
    expect(bands.sharing([bandOf(-2, 0)], 10)).toEqual([]);
  });

  it('looks at some only of the very many that have a band', () => {
    const bands = new RowBands();
    for (let row = 0; row < 10_000; row += 1) bands.add([5, 1_000 + row], row);
    expect(bands.sharing([5], Infinity)).toHaveLength(200);
    expect(bands.sharing([1_000 + 9_999], Infinity)).toEqual([9_999]);
  });
});

describe('RecordFile', () => {
  it('gives back each record', () => {
    const folder = mkdtempSync(join(tmpdir(), 'arena-records-'));
    try {
      const file = new RecordFile(join(folder, 'records'));
      for (let row = 0; row < 10; row += 1) {
        file.add(Uint8Array.of(row, row + 1, 255));
      }
      expect([...file.read(7)]).toEqual([7, 8, 255]);
      expect(() => file.read(10)).toThrow(/no record 10 of 10/);
      expect(() => file.add(Uint8Array.of(1))).toThrow(/1 bytes/);
      file.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
