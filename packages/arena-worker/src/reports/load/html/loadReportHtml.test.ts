import { createHash } from 'node:crypto';
import { noCounts } from '@backstage-arena/plugin-arena-common/load';
import { LoadSecond, makeLoadTest, series } from '../__testUtils__/loadReport';
import { loadReportHtml } from './loadReportHtml';

// Loaded by Node itself: Jest cannot load the ES modules that it consists of.
const { JSDOM }: typeof import('jsdom') = process
  .getBuiltinModule('node:module')
  .createRequire(__filename)('jsdom');

const LATENCIES = Array.from({ length: 20 }, (_, i) => 10 * (i + 1));

function seconds(count: number, second: LoadSecond = {}): LoadSecond[] {
  return Array.from({ length: count }, () => ({
    providers: { 'gpt-prod': series(LATENCIES) },
    scenarios: { greets: { ...noCounts(), sent: 20, completed: 20 } },
    ...second,
  }));
}

/** Scripts are run, hostile ones too: here no policy forbids them. */
function open(text: string) {
  return new JSDOM(text, { runScripts: 'dangerously' }).window;
}

function read(text: string): Document {
  const window = open(text);
  expect(window).not.toHaveProperty('hacked');
  return window.document;
}

function pageOf(...test: Parameters<typeof makeLoadTest>): Document {
  const { report, rows } = makeLoadTest(...test);
  return read(loadReportHtml(report, rows));
}

const textOf = (element: Element | null) =>
  element?.textContent?.replace(/\s+/g, ' ').trim();

/** Texts of the cells, row by row. */
function tableOf(page: Document, title: string): string[][] {
  const section = [...page.querySelectorAll('section')].find(
    each => textOf(each.querySelector('h2')) === title,
  );
  return [...(section?.querySelectorAll('tr') ?? [])].map(row =>
    [...row.children].map(cell => textOf(cell) ?? ''),
  );
}

/** Everything in a page that could do more than be read. */
function expectHarmless(page: Document): void {
  const scripts = [...page.querySelectorAll('script')].filter(
    ({ type }) => type !== 'application/json',
  );
  expect(scripts).toHaveLength(1);
  const policy = page
    .querySelector('meta[http-equiv="Content-Security-Policy"]')!
    .getAttribute('content')!;
  const hash = (element: Element) =>
    createHash('sha256').update(element.textContent!).digest('base64');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain(`script-src 'sha256-${hash(scripts[0])}'`);
  expect(page.querySelectorAll('style')).toHaveLength(1);
  expect(policy).toContain(
    `style-src 'sha256-${hash(page.querySelector('style')!)}'`,
  );
  for (const element of page.querySelectorAll('*')) {
    for (const { name } of element.attributes) {
      expect(name).not.toMatch(/^on|^style$|^src$|href$/);
    }
  }
}

describe('the page of a load test', () => {
  it('says first whether it passed, and shows the figures', () => {
    const page = pageOf(seconds(10));
    expectHarmless(page);
    expect(textOf(page.querySelector('h1'))).toBe('greeter');
    expect([...page.querySelectorAll('.verdict h2')].map(textOf)).toEqual([
      'Passed',
      'Audit: valid',
    ]);
    const [head, first] = tableOf(page, 'Providers');
    expect(head.slice(0, 2)).toEqual(['Provider', 'Sent']);
    expect(first.slice(0, 2)).toEqual(['gpt-prod', '160']);
    expect(tableOf(page, 'Times')[1].slice(0, 2)).toEqual(['Latency', '160']);
    expect(tableOf(page, 'Stages').map(([, time]) => time)).toEqual([
      'From – to',
      '0:00 – 0:02',
      '0:02 – 0:10',
    ]);
    expect([...page.querySelectorAll('figcaption strong')].map(textOf)).toEqual(
      [
        'Rate',
        'Latency',
        'Errors and drops',
        'In flight',
        'Tokens',
        'Cost so far',
        'Lateness of sending, p99',
      ],
    );
    const rate = page.querySelector('.chart svg')!;
    expect(rate.querySelectorAll('path.line')).toHaveLength(3);
    expect(rate.querySelectorAll('.warm-up')).toHaveLength(1);
  });

  it.each([
    '<script>hacked=1</script>',
    '</script><img src=x onerror=hacked=1>',
    `"&'`,
    '" onmouseover="hacked=1',
    '${hacked=1}',
  ])('shows names as they are: %s', name => {
    const page = pageOf(
      seconds(10, {
        providers: {
          [name]: series(LATENCIES, { succeeded: 19, failed: { [name]: 1 } }),
        },
        scenarios: { [name]: { ...noCounts(), sent: 20 } },
        workerId: name,
      }),
      {
        mix: [{ scenario: name, provider: name, weight: 1 }],
        budgetCurrency: name,
        thresholds: [{ metric: 'latency_p99', operator: '<', value: name }],
      },
      { title: name },
    );
    expectHarmless(page);
    expect(page.querySelectorAll('img')).toHaveLength(0);
    expect(page.title).toBe(`Load test: ${name}`);
    expect(textOf(page.querySelector('h1'))).toBe(name);
    expect(tableOf(page, 'Providers')[1][0]).toBe(name);
    expect(tableOf(page, 'Scenarios')[1][0]).toBe(name);
    expect(tableOf(page, 'Workers')[1][0]).toBe(name);
    expect(tableOf(page, 'Failed and not sent')[1][0]).toBe(`Failed: ${name}`);
    expect(tableOf(page, 'Thresholds')[1][1]).toBe(`< ${name}`);
  });

  it('is complete when nothing was sent', () => {
    const page = pageOf([]);
    expectHarmless(page);
    expect(page.querySelectorAll('.chart')).toHaveLength(0);
    const text = textOf(page.querySelector('main'))!;
    expect(text).toContain('No worker reported a second.');
    expect(text).toContain('No time was measured.');
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
    expect([...page.querySelectorAll('.verdict h2')].map(textOf)).toEqual([
      'Failed',
      'Audit: invalid',
    ]);
  });

  it('names every reason why a test did not pass', () => {
    const page = pageOf(
      [...seconds(4), ...seconds(1, { dropped: { stopped: 100 } })],
      { thresholds: [{ metric: 'ttft_p95', operator: '<', value: '1s' }] },
      { endedBy: 'stopped', stoppedAtMs: 5_000 },
    );
    expect(
      [...page.querySelectorAll('.verdict.failed li')].map(textOf),
    ).toEqual([
      'The test was stopped before its end.',
      'Threshold missed: ttft_p95 no-data < 1s FAIL',
    ]);
    expect(tableOf(page, 'Failed and not sent')[1].slice(0, 2)).toEqual([
      'Not sent: stopped (the test was stopped before)',
      '100',
    ]);
  });

  it('shows the steps of a search', () => {
    const { report, rows } = makeLoadTest(seconds(10));
    const page = read(
      loadReportHtml(
        {
          ...report,
          endedBy: 'search',
          search: {
            rate: 20,
            reason: 'the interval is narrow enough',
            steps: [
              { rate: 20, good: true, reason: '100.0 % were good' },
              { rate: 40, good: false, reason: '80.0 % were good' },
            ],
          },
        },
        rows,
      ),
    );
    expect(tableOf(page, 'Search for the highest good rate')).toEqual([
      ['Step', 'Rate', 'Result', 'Because'],
      ['1', '20/s', 'good', '100.0 % were good'],
      ['2', '40/s', 'not good', '80.0 % were good'],
    ]);
    expect(textOf(page.querySelector('.tiles li'))).toMatch(
      /Highest good rate 20\/s/,
    );
  });

  it('leaves a gap where no second was reported', () => {
    const { report, rows } = makeLoadTest(seconds(10));
    const page = read(
      loadReportHtml(
        report,
        rows.filter(({ second }) => second !== 4),
      ),
    );
    const sent = page.querySelector('.chart path.one')!.getAttribute('d')!;
    expect(sent.match(/M/g)).toHaveLength(2);
  });

  it('shows the values under the pointer in all charts', () => {
    const { report, rows } = makeLoadTest(seconds(10));
    const { document, MouseEvent } = open(loadReportHtml(report, rows));
    const svg = document.querySelector('.chart svg')!;
    svg.getBoundingClientRect = () => ({ left: 0, width: 640 } as DOMRect);
    svg.dispatchEvent(new MouseEvent('pointermove', { clientX: 339 }));
    expect(textOf(document.querySelector('.at'))).toBe('0:05');
    const values = [...document.querySelectorAll('.chart')].map(chart =>
      [...chart.querySelectorAll('output')].map(textOf).join(' '),
    );
    expect(values.slice(0, 2)).toEqual(['20 20 20', '200.1 180.1 100']);
    expect(document.querySelectorAll('.cursor.shown')).toHaveLength(7);
    svg.dispatchEvent(new MouseEvent('pointerleave'));
    expect(document.querySelectorAll('.cursor.shown')).toHaveLength(0);
  });
});
