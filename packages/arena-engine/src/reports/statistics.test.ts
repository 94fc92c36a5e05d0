import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { XMLParser } from 'fast-xml-parser';
import { ReportItem, ReportKind } from '../Engine';
import { createReportWriter } from './ReportWriter';

function item(index: number, values: Partial<ReportItem> = {}): ReportItem {
  return {
    index,
    scenario: 'greets',
    provider: 'one',
    region: 'default',
    variant: 0,
    trial: 0,
    attempt: 1,
    status: 'passed',
    startedAt: '2026-01-02T03:04:05.000Z',
    durationMs: 10 * (index + 1),
    checksTotal: 1,
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

/** One flaky cell, one broken, one with a single item. */
const TRIALS = [
  item(0, { trial: 0, score: 1, ttftMs: 4 }),
  item(1, { trial: 1, status: 'failed', score: 0.5, message: 'a | b <i>' }),
  item(2, { trial: 2, score: 1 }),
  item(3, {
    trial: 3,
    status: 'errored',
    error: { class: 'timeout', message: 'too slow', retryable: true },
  }),
  item(4, { provider: 'two|', status: 'failed' }),
  item(5, { provider: 'two|', trial: 1, status: 'failed' }),
  item(6, { scenario: '=leaves' }),
];

async function write(format: ReportKind, items = TRIALS) {
  const stream = new PassThrough();
  const content = text(stream);
  const writer = createReportWriter(format, stream, { title: 'nightly' });
  for (const row of items) await writer.write(row);
  const summary = await writer.end();
  return { content: await content, summary };
}

describe('statistics in reports', () => {
  it('are cells in JSON, one for each that has more than one item', async () => {
    const { content, summary } = await write('json');
    const report = JSON.parse(content);
    expect(report.items).toEqual(TRIALS);
    expect(report.summary).toEqual(summary);
    expect(summary.classes).toEqual({ stable: 0, flaky: 1, broken: 1 });
    expect(report.cells).toEqual([
      {
        scenario: 'greets',
        provider: 'one',
        items: 4,
        unjudged: 1,
        judged: 3,
        passed: 2,
        passRate: 2 / 3,
        interval: {
          low: expect.closeTo(0.2077, 4),
          high: expect.closeTo(0.9385, 4),
        },
        class: 'flaky',
        trials: [
          {
            k: 1,
            passAtK: expect.closeTo(2 / 3),
            passHatK: expect.closeTo(2 / 3),
            groups: 1,
          },
          { k: 2, passAtK: 1, passHatK: expect.closeTo(1 / 3), groups: 1 },
          { k: 3, passAtK: 1, passHatK: 0, groups: 1 },
        ],
        score: {
          count: 3,
          mean: expect.closeTo(5 / 6),
          standardDeviation: expect.closeTo(0.28868, 4),
        },
        duration: { count: 3, p50: 20, p90: 30, p95: 30, p99: 30 },
        ttft: { count: 1, p50: 4, p90: 4, p95: 4, p99: 4 },
      },
      expect.objectContaining({ provider: 'two|', class: 'broken', items: 2 }),
    ]);
  });

  it('are properties of the suite in JUnit', async () => {
    const { content } = await write('junit');
    const { testsuites } = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '',
    }).parse(content);
    const [greets, leaves] = testsuites.testsuite;
    const values = Object.fromEntries(
      greets.properties.property.map((p: { name: string; value: string }) => [
        p.name,
        p.value,
      ]),
    );
    expect(values).toMatchObject({
      'cell.one.class': 'flaky',
      'cell.one.judged': '3',
      'cell.one.unjudged': '1',
      'cell.one.passRate': '0.6667',
      'cell.one.passRate.low': '0.2077',
      'cell.one.pass@2': '1',
      'cell.one.pass^2': '0.3333',
      'cell.one.score.standardDeviation': '0.2887',
      'cell.one.durationMs.p99': '30',
      'cell.one.ttftMs.p50': '4',
      'cell.two|.class': 'broken',
    });
    expect(leaves.properties).toBeUndefined();
    // Within a suite, properties come before the cases.
    expect(content.indexOf('<properties>')).toBeLessThan(
      content.indexOf('<testcase'),
    );
  });

  it('are a table of their own beside the CSV of items', async () => {
    const lines = (await write('statistics')).content.trimEnd().split('\r\n');
    const [head, ...rows] = lines.map(line => line.split(','));
    expect(rows).toHaveLength(2);
    const values = Object.fromEntries(
      head.map((name, i) => [`${name}`, rows[0][i]]),
    );
    expect(values).toMatchObject({
      scenario: 'greets',
      provider: 'one',
      class: 'flaky',
      'pass@2': '1',
      'pass@5': '',
      k: '3',
      'pass^k': '0',
    });
    rows.forEach(row => expect(row).toHaveLength(head.length));
    const items = (await write('csv')).content.split('\r\n');
    const at = items[0].split(',').indexOf('score');
    expect(items[2].split(',')[at]).toBe('0.5');
    expect(items[5].split(',')[at]).toBe('');
  });

  it('are tables in Markdown', async () => {
    const { content } = await write('markdown');
    expect(content).toContain('| Scenario | one | two\\| |');
    expect(content).toContain('| greets | 2/4 | 0/2 |');
    expect(content).toContain('| =leaves | 1/1 | – |');
    expect(content).toContain(
      '| greets | one | flaky | 2/3 = 66.7 % (20.8 % – 93.9 %), 1 without verdict | 100.0 % (k = 3) | 0.0 % (k = 3) | 0.83 ± 0.29 | 20 / 30 / 30 ms | 4 / 4 / 4 ms |',
    );
    expect(content).toContain('0 stable, 1 flaky, 1 broken');
    expect(content).toContain(
      '| 1 | greets | one | 2 | failed | a \\| b &lt;i&gt; |',
    );
    // Each line of a table has as many cells as its head.
    for (const table of content
      .split('\n\n')
      .filter(part => part.startsWith('|'))) {
      const widths = table
        .trimEnd()
        .split('\n')
        .map(line => line.split(/(?<!\\)\|/).length);
      expect(new Set(widths).size).toBe(1);
    }
  });

  it('are left out where each cell has one item', async () => {
    const single = [item(0), item(1, { provider: 'two' })];
    const { content, summary } = await write('json', single);
    expect(JSON.parse(content).cells).toEqual([]);
    expect(summary.classes).toBeUndefined();
    expect((await write('junit', single)).content).not.toContain('properties');
    expect((await write('markdown', single)).content).not.toContain(
      'Statistics',
    );
    expect((await write('statistics', single)).content).toMatch(
      /^scenario.*\r\n$/,
    );
  });

  it('name at most 200 items that did not pass in Markdown', async () => {
    const failed = Array.from({ length: 250 }, (_, i) =>
      item(i, { scenario: `s${i}`, status: 'failed' }),
    );
    const { content } = await write('markdown', failed);
    expect(content).toContain('And 50 more.');
    expect(content).not.toContain('| 200 | s200 |');
  });
});
