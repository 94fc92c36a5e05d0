import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReportItem } from '@backstage-arena/arena-engine';
import { reportRow } from '../__testUtils__/reportRow';
import { writeReports } from './writeReports';

// Loaded by Node itself: Jest cannot load the ES modules that it consists of.
const { JSDOM }: typeof import('jsdom') = process
  .getBuiltinModule('node:module')
  .createRequire(__filename)('jsdom');

async function* from(rows: ReportItem[]) {
  yield* rows;
}

describe('the page of results', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'arena-page-'));
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  /** Scripts are run: here no policy forbids those of others. */
  async function open(rows: ReportItem[]) {
    await writeReports({
      rows: from(rows),
      formats: ['html'],
      directory,
      title: 'run',
    });
    const page = await readFile(join(directory, 'results.html'), 'utf8');
    const { window } = new JSDOM(page, { runScripts: 'dangerously' });
    window.HTMLElement.prototype.scrollIntoView = () => {};
    const { document } = window;
    return {
      window,
      document,
      shown: () => document.getElementById('shown')!.textContent,
      texts: () =>
        [...document.querySelectorAll('#items tbody tr')].map(
          row => row.textContent,
        ),
      set(name: string, value: string) {
        const field = document.querySelector(`[name=${name}]`);
        (field as HTMLInputElement).value = value;
        field!.dispatchEvent(new window.Event('input', { bubbles: true }));
      },
    };
  }

  const rows = Array.from({ length: 250 }, (_, index) =>
    reportRow({
      index,
      scenario: `scenario-${Math.floor(index / 2)}`,
      provider: index % 2 === 0 ? 'one' : 'two',
      ...(index % 50 === 3 && {
        status: 'failed' as const,
        message: `<img src=x onerror="hacked=1"> of ${index}`,
      }),
    }),
  );

  it('shows what did not pass first, and filters', async () => {
    const page = await open(rows);
    expect(page.shown()).toBe('1 to 5 of 5');
    expect(page.texts()[0]).toContain('<img src=x onerror="hacked=1"> of 3');
    expect(page.window).not.toHaveProperty('hacked');
    page.set('text', 'of 53');
    expect(page.shown()).toBe('1 to 1 of 1');
    page.set('text', '');
    page.set('status', '');
    expect(page.shown()).toBe('1 to 100 of 250');
    const next = page.document.querySelector<HTMLElement>('[name=next]')!;
    next.click();
    next.click();
    expect(page.shown()).toBe('201 to 250 of 250');
    page.set('provider', 'nobody');
    expect(page.shown()).toBe('No item is like that.');
  });

  it('shows the items of a cell that is clicked', async () => {
    const page = await open(rows);
    const cell = page.document.querySelector<HTMLElement>(
      '#matrix tbody tr:nth-child(125) td:nth-child(3)',
    )!;
    cell.click();
    expect(page.shown()).toBe('1 to 1 of 1');
    expect(page.texts()[0]).toContain('scenario-124two');
  });
});
