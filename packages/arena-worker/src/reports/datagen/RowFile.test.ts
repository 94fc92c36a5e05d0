import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonObject } from '@backstage/types';
import { DatasetFormat } from './datasetNames';
import { openRowFile } from './RowFile';

describe('openRowFile', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'arena-rows-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function write(
    format: DatasetFormat,
    rows: JsonObject[],
    columns?: string[],
  ): Promise<string> {
    const path = join(folder, 'data');
    const file = await openRowFile({ format, path, columns });
    for (const row of rows) await file.add(row);
    await file.close();
    expect(readdirSync(folder)).toEqual(['data']);
    return readFileSync(path, 'utf8');
  }

  const ROWS: JsonObject[] = [
    { id: 1, text: 'one\u2028line' },
    { id: 2, more: { a: [1, 'x'] }, text: null, last: false },
  ];

  it('writes a row a line, whatever readers take for the end of one', async () => {
    const text = await write('jsonl', ROWS);
    expect(text).not.toMatch(/\u2028/);
    const lines = text.trimEnd().split(/[\n\u2028]/);
    expect(lines.map(line => JSON.parse(line))).toEqual(ROWS);
  });

  it('writes a list, also of no rows', async () => {
    expect(JSON.parse(await write('json', ROWS))).toEqual(ROWS);
    expect(JSON.parse(await write('json', []))).toEqual([]);
    expect(JSON.parse(await write('json', [{ id: 1 }]))).toEqual([{ id: 1 }]);
  });

  it('writes a table with the same columns, whichever row comes first', async () => {
    const rows = [
      { b: 1, z: 2 },
      { a: 3, y: 4, c: 5 },
    ];
    const headOf = async (given: JsonObject[], columns?: string[]) =>
      (await write('csv', given, columns)).split('\r\n')[0];
    const reversed = [...rows].reverse();
    expect(await headOf(rows)).toBe('a,b,c,y,z');
    expect(await headOf(reversed)).toBe('a,b,c,y,z');
    const columns = ['z', 'none', 'a'];
    expect(await headOf(rows, columns)).toBe('z,none,a,b,c,y');
    expect(await headOf(reversed, columns)).toBe('z,none,a,b,c,y');
    expect(await headOf([], columns)).toBe('z,none,a');
  });

  it('writes a table with the fields of all rows as columns', async () => {
    const rows = [
      ...ROWS,
      { id: '=1+1', text: 'a "quoted", text\nof two lines', 'x,y': -5 },
    ];
    expect(await write('csv', rows)).toBe(
      [
        'id,last,more,text,"x,y"',
        '1,,,one\u2028line,',
        '2,false,"{""a"":[1,""x""]}",,',
        '\'=1+1,,,"a ""quoted"", text\nof two lines",-5',
        '',
      ].join('\r\n'),
    );
  });
});
