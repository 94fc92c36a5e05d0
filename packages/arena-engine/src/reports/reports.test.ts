import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { ReportItem, ReportKind } from '../Engine';
import { csvCell } from '@backstage-arena/plugin-arena-common';
import { createReportWriter } from './ReportWriter';

function item(index: number, values: Partial<ReportItem> = {}): ReportItem {
  return {
    index,
    scenario: 'greets',
    provider: 'scripted',
    region: 'default',
    variant: 0,
    trial: 0,
    attempt: 1,
    status: 'passed',
    startedAt: '2026-01-02T03:04:05.000Z',
    durationMs: 12,
    checksTotal: 2,
    checksFailed: 0,
    turns: 1,
    toolCalls: 0,
    inputTokens: 10,
    outputTokens: 20,
    cachedTokens: 0,
    cost: 0.5,
    ...values,
  };
}

async function write(format: ReportKind, items: ReportItem[]) {
  const stream = new PassThrough();
  const content = text(stream);
  const writer = createReportWriter(format, stream, { title: 'My "run"' });
  for (const row of items) await writer.write(row);
  const summary = await writer.end();
  return { content: await content, summary };
}

const HOSTILE = '<b>&"\'\u0000\u0007\u001b[31m ]]> \ud800 \u{1F600}\n=1+1';

const MIXED = [
  item(0),
  item(1, { status: 'failed', checksFailed: 1, message: HOSTILE }),
  item(2, {
    scenario: HOSTILE,
    status: 'errored',
    error: { class: 'rate_limit', message: 'slow down', retryable: true },
  }),
];

describe('report writers', () => {
  it('write JSON with both keys and all rows', async () => {
    const { content, summary } = await write('json', MIXED);
    const report = JSON.parse(content);
    expect(report.summary).toEqual(summary);
    expect(summary).toMatchObject({
      total: 3,
      passed: 1,
      failed: 1,
      errored: 1,
      passRate: 1 / 3,
      cost: 1.5,
      inputTokens: 30,
    });
    expect(report.items).toEqual(MIXED);
  });

  it('write JSON lines with the rows alone', async () => {
    const { content } = await write('jsonl', MIXED);
    expect(content.endsWith('}\n')).toBe(true);
    const lines = content.trim().split('\n');
    expect(lines.map(line => JSON.parse(line))).toEqual(MIXED);
    expect((await write('jsonl', [])).content).toBe('');
  });

  it('write an empty report that is still valid', async () => {
    expect(JSON.parse((await write('json', [])).content)).toEqual({
      items: [],
      cells: [],
      summary: expect.objectContaining({ total: 0, passRate: 0 }),
    });
    expect((await write('csv', [])).content).toMatch(/^index,scenario,.*\r\n$/);
    expect(XMLValidator.validate((await write('junit', [])).content)).toBe(
      true,
    );
  });

  it('write JUnit that parsers read, whatever stands in the texts', async () => {
    const { content } = await write('junit', MIXED);
    expect(XMLValidator.validate(content)).toBe(true);
    // eslint-disable-next-line no-control-regex
    expect(content).not.toMatch(/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/);
    const { testsuites } = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '',
      parseAttributeValue: true,
      htmlEntities: true,
    }).parse(content);
    expect(testsuites).toMatchObject({
      name: 'My "run"',
      tests: 3,
      failures: 1,
      errors: 1,
    });
    expect(testsuites.testsuite).toHaveLength(2);
    const [first, second] = testsuites.testsuite;
    expect(first).toMatchObject({
      name: 'greets',
      tests: 2,
      failures: 1,
      errors: 0,
    });
    expect(first.testcase[1].failure.message).toContain('<b>&"');
    expect(first.testcase[1].failure.message).toContain('\\u0007');
    expect(second.testcase.error).toMatchObject({
      type: 'ExecutionError.rate_limit',
      '#text': 'slow down',
    });
  });

  it.each([
    ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    [' =1', "' =1"],
    ['"=1', `"'""=1"`],
    ['\uFF1D1', "'\uFF1D1"],
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['a"b', '"a""b"'],
    ['a\nb', '"a\nb"'],
    [-3, '-3'],
    [undefined, ''],
  ])('make the CSV cell %j harmless', (value, expected) => {
    expect(csvCell(value)).toBe(expected);
  });

  it.each(['json', 'junit', 'csv', 'statistics', 'markdown'] as const)(
    'hold no %s report in memory: a slow reader slows the writer down',
    async format => {
      let received = 0;
      let largest = 0;
      const slow = new Writable({
        highWaterMark: 1024,
        write(chunk: Buffer, _, done) {
          received += chunk.length;
          largest = Math.max(largest, slow.writableLength);
          setImmediate(done);
        },
      });
      const writer = createReportWriter(format, slow);
      const before = process.memoryUsage().heapUsed;
      const rows = 30_000;
      for (let i = 0; i < rows; i++) {
        await writer.write(
          item(i, {
            // Scenarios of two items: the tables of cells grow as well.
            scenario: `s${i >> 1}`,
            message: 'x'.repeat(300),
          }),
        );
      }
      const summary = await writer.end();
      expect(summary.total).toBe(rows);
      expect(received).toBeGreaterThan(rows * 30);
      expect(largest).toBeLessThan(1024 * 1024);
      expect(process.memoryUsage().heapUsed - before).toBeLessThan(
        64 * 1024 * 1024,
      );
    },
    60_000,
  );

  it('keeps rows in order and complete through the spool files', async () => {
    const rows = Array.from({ length: 8_000 }, (_, i) =>
      item(i, {
        scenario: `s${Math.floor(i / 4_000)}`,
        message: 'é'.repeat(150),
        status: 'failed',
      }),
    );
    const { content } = await write('junit', rows);
    expect(XMLValidator.validate(content)).toBe(true);
    const indexes = [...content.matchAll(/index (\d+), /g)].map(m =>
      Number(m[1]),
    );
    expect(indexes).toEqual(rows.map(({ index }) => index));
    expect(content).toContain(
      '<testsuite name="s1" tests="4000" failures="4000"',
    );
    expect(content).not.toContain('\ufffd');
  });

  it.each(['json', 'junit', 'csv', 'statistics', 'markdown'] as const)(
    'reject the %s report when the stream fails',
    async format => {
      const broken = new Writable({
        write(_chunk, _encoding, done) {
          done(new Error('disk full'));
        },
      });
      const writer = createReportWriter(format, broken);
      const run = async () => {
        for (let i = 0; i < 2_000; i++) await writer.write(item(i));
        await writer.end();
      };
      await expect(run()).rejects.toThrow('disk full');
    },
  );

  it('rejects when the stream is closed while it is full', async () => {
    const stuck = new Writable({
      highWaterMark: 1,
      write() {
        // Never asks for more.
      },
    });
    const writer = createReportWriter('json', stuck);
    setTimeout(() => stuck.destroy(), 50);
    const run = async () => {
      for (let i = 0; i < 2_000; i++) await writer.write(item(i));
      await writer.end();
    };
    await expect(run()).rejects.toThrow(/closed/);
  });

  it('refuses a format that it does not know', () => {
    const format: string = 'xls';
    expect(() =>
      createReportWriter(format as ReportKind, new PassThrough()),
    ).toThrow(
      'Unknown report format "xls": allowed are json, jsonl, junit, csv, statistics, markdown, html',
    );
  });
});
