import { ReportItem } from '../../Engine';
import { StreamOutput } from '../StreamOutput';
import { TextSpool } from '../TextSpool';
import { xmlText } from '../xmlText';

/** Browsers hold and filter so many rows with ease. Those that did not pass have a share of their own. */
const MAX_OF_EACH = 10_000;
/** In the page itself, for who has no scripts. */
const MAX_STATIC = 100;
const MAX_TEXT = 500;

/** What the script knows of an item, in the order in which `itemsScript` reads it. */
type Row = [
  index: number,
  scenario: string,
  provider: string,
  place: string,
  status: string,
  durationMs: number,
  cost: number,
  tokens: number,
  score: number | null,
  text: string,
];

const COLUMNS = [
  ['#', ''],
  ['Scenario', 'text'],
  ['Provider', 'text'],
  ['Trial', 'text'],
  ['Status', 'text'],
  ['Duration', ''],
  ['Cost', ''],
  ['Tokens', ''],
  ['Score', ''],
  ['Why', 'prose'],
]
  .map(([name, kind]) => `<th class="${kind}" scope="col">${name}</th>`)
  .join('');

const CONTROLS = `<form id="filter" hidden>
<label>Status <select name="status"><option value="">all</option><option value="not">not passed</option><option>passed</option><option>failed</option><option>errored</option></select></label>
<label>Scenario <input name="scenario" type="search" list="scenarios"></label>
<label>Provider <input name="provider" type="search" list="providers"></label>
<label>Text <input name="text" type="search"></label>
<datalist id="scenarios"></datalist><datalist id="providers"></datalist>
<button type="button" name="previous">Previous</button><button type="button" name="next">Next</button>
</form>
`;

class RowSpool {
  readonly spool = new TextSpool();
  readonly first: Row[] = [];
  count = 0;

  async add(item: ReportItem): Promise<void> {
    this.count += 1;
    if (this.count > MAX_OF_EACH) return;
    const row = toRow(item);
    if (this.first.length < MAX_STATIC) this.first.push(row);
    await this.spool.write(`${JSON.stringify(row).replace(/</g, '\\u003c')}\n`);
  }

  get leftOut(): number {
    return Math.max(0, this.count - MAX_OF_EACH);
  }
}

/** The items of a page: what did not pass first, all of them when they are not too many, with a filter. */
export class HtmlItems {
  private readonly notPassed = new RowSpool();
  private readonly passed = new RowSpool();

  add(item: ReportItem): Promise<void> | undefined {
    const rows = item.status === 'passed' ? this.passed : this.notPassed;
    if (rows.leftOut > 0) {
      rows.count += 1;
      return undefined;
    }
    return rows.add(item);
  }

  async render(output: StreamOutput): Promise<void> {
    const { notPassed, passed } = this;
    const first = notPassed.count > 0 ? notPassed.first : passed.first;
    await output.write(CONTROLS);
    await output.write(
      `<div class="scroll"><table id="items"><thead><tr>${COLUMNS}</tr></thead><tbody>\n`,
    );
    for (const row of first) await output.write(staticRow(row));
    await output.write(
      `</tbody></table></div>\n<p class="note" id="shown">The first ${
        first.length
      }.</p>\n${this.leftOut()}`,
    );
    await output.write('<script type="application/x-ndjson" id="rows">\n');
    for (const { spool } of [notPassed, passed]) {
      for await (const text of spool.drain()) await output.write(text);
    }
    await output.write('</script>\n');
  }

  async close(): Promise<void> {
    await this.notPassed.spool.close();
    await this.passed.spool.close();
  }

  private leftOut(): string {
    const parts = [
      [this.notPassed.leftOut, 'that did not pass'] as const,
      [this.passed.leftOut, 'that passed'] as const,
    ].flatMap(([more, what]) => (more > 0 ? [`${more} items ${what}`] : []));
    return parts.length === 0
      ? ''
      : `<p class="note">Not on this page: ${parts.join(
          ', ',
        )}. The other reports have them.</p>\n`;
  }
}

function toRow(item: ReportItem): Row {
  const { region, variant, trial, message, error } = item;
  const place = [
    region === 'default' ? undefined : `region ${region}`,
    variant > 0 ? `variant ${variant + 1}` : undefined,
    String(trial + 1),
  ].filter(Boolean);
  const text = message ?? error?.message ?? '';
  return [
    item.index,
    item.scenario,
    item.provider,
    place.join(', '),
    item.status,
    Math.round(item.durationMs),
    item.cost,
    item.inputTokens + item.outputTokens,
    item.score ?? null,
    text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text,
  ];
}

function staticRow(row: Row): string {
  const [index, scenario, provider, place, status, durationMs] = row;
  const [, , , , , , cost, tokens, score, text] = row;
  const cells: Array<[string, string | number]> = [
    ['', index],
    ['text', scenario],
    ['text', provider],
    ['text', place],
    [`text ${status}`, status],
    ['', `${durationMs} ms`],
    ['', cost.toFixed(6)],
    ['', tokens],
    ['', score === null ? '' : score.toFixed(2)],
    ['prose', text],
  ];
  return `<tr>${cells
    .map(
      ([kind, value]) => `<td class="${kind}">${xmlText(String(value))}</td>`,
    )
    .join('')}</tr>\n`;
}
