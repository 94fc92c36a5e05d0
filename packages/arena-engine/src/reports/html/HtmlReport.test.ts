import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ReportItem } from '../../Engine';
import { createReportWriter } from '../ReportWriter';

function item(index: number, values: Partial<ReportItem> = {}): ReportItem {
  return {
    index,
    scenario: `scenario-${Math.floor(index / 2)}`,
    provider: index % 2 === 0 ? 'one' : 'two',
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

async function write(rows: Iterable<ReportItem>): Promise<string> {
  const stream = new PassThrough();
  const content = text(stream);
  const writer = createReportWriter('html', stream, { title: 'My <b>run' });
  for (const row of rows) await writer.write(row);
  await writer.end();
  return content;
}

function* items(count: number, isFailed: (index: number) => boolean) {
  for (let i = 0; i < count; i++) {
    yield item(i, isFailed(i) ? { status: 'failed', message: 'wrong' } : {});
  }
}

/** What the script of the page gets. */
const rowsOf = (page: string): unknown[][] =>
  page
    .split('id="rows">\n')[1]
    .split('</script>')[0]
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line));

describe('HtmlReport', () => {
  it('has figures, the matrix and all items, and refuses what others say to run', async () => {
    const hostile = '</script><script>alert(1)</script>';
    const page = await write([
      item(0),
      item(1, { status: 'failed', scenario: hostile, message: hostile }),
    ]);
    expect(page).toContain('<title>My &lt;b&gt;run</title>');
    expect(page).toContain('<b>1 (50.0 %)</b>');
    expect(page).toContain('<td class="all">1/1</td>');
    expect(page).toContain('<td class="no">0/1</td>');
    expect(page).not.toContain('<script>alert');
    expect(rowsOf(page)[0]).toEqual(
      expect.arrayContaining([1, hostile, 'failed']),
    );
    expect(page).toMatch(
      /Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+';/,
    );
  });

  it('says when nothing was run', async () => {
    expect(await write([])).toContain('Nothing was run.');
  });

  it('has all of 10,000 items', async () => {
    const page = await write(items(10_000, index => index % 10 === 0));
    expect(rowsOf(page)).toHaveLength(10_000);
    expect(page).not.toContain('Not on this page');
    expect(page).toContain('Not shown: 4000 more scenarios');
    expect(page.length).toBeLessThan(2_000_000);
  });

  it('keeps a part of more, those that did not pass before others, and says so', async () => {
    const page = await write(items(50_000, index => index % 3 === 0));
    const rows = rowsOf(page);
    expect(rows).toHaveLength(20_000);
    expect(rows.filter(row => row.includes('failed'))).toHaveLength(10_000);
    expect(page).toContain(
      'Not on this page: 6667 items that did not pass, 23333 items that passed.',
    );
    expect(page.length).toBeLessThan(4_000_000);
  });
});
