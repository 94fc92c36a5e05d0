import { NOTHING } from './format';
import { Content, html, Markup } from './markup';

export interface Column<T> {
  head: string;
  /** Numbers, the default, stand to the right; `prose` may take several lines. */
  kind?: 'number' | 'text' | 'prose';
  cell: (row: T) => Content;
}

/** A table that scrolls by itself when it is too wide. Columns in which no row has anything are left out. */
export function table<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
): Markup {
  const used = columns
    .map(({ head, kind = 'number', cell }) => ({
      head,
      kind,
      cells: rows.map(cell),
    }))
    .filter(({ cells }) => !cells.every(isEmpty));
  const heads = used.map(
    ({ head, kind }) => html`<th scope="col" class="${kind}">${head}</th>`,
  );
  const lines = rows.map(
    (_, i) =>
      html`<tr>
        ${used.map(
          ({ kind, cells }) =>
            html`<td class="${kind}">
              ${isEmpty(cells[i]) ? NOTHING : cells[i]}
            </td>`,
        )}
      </tr>`,
  );
  return html`<div class="scroll" tabindex="0">
    <table>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${lines}
      </tbody>
    </table>
  </div>`;
}

/** Names with what they stand for; those without are left out. */
export function definitions(
  entries: ReadonlyArray<readonly [name: string, value: Content]>,
): Markup {
  return html`<dl>
    ${entries
      .filter(([, value]) => !isEmpty(value))
      .map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
  </dl>`;
}

function isEmpty(content: Content): boolean {
  if (content === undefined || content === false) return true;
  return Array.isArray(content) ? content.every(isEmpty) : content === NOTHING;
}
