/** Filters and pages the items. The page has its figures, its matrix and the first items without it. */
export const ITEMS_SCRIPT = `'use strict';
(() => {
  const PAGE = 100;
  const rows = document.getElementById('rows').textContent.split('\\n').filter(Boolean).map(line => JSON.parse(line));
  rows.sort((a, b) => a[0] - b[0]);
  const form = document.getElementById('filter');
  const body = document.querySelector('#items tbody');
  const shown = document.getElementById('shown');
  const fields = form.elements;
  const kinds = ['', 'text', 'text', 'text', 'text', '', '', '', '', 'prose'];
  let page = 0;
  let found = rows;
  for (const [id, column] of [['scenarios', 1], ['providers', 2]]) {
    const names = [...new Set(rows.map(row => row[column]))].slice(0, 1000);
    document.getElementById(id).append(...names.map(name => Object.assign(document.createElement('option'), { value: name })));
  }
  const texts = row => [
    row[0], row[1], row[2], row[3], row[4], row[5] + ' ms', row[6].toFixed(6), row[7], row[8] === null ? '' : row[8].toFixed(2), row[9],
  ];
  const show = () => {
    const last = Math.max(0, Math.ceil(found.length / PAGE) - 1);
    page = Math.min(Math.max(page, 0), last);
    const from = page * PAGE;
    body.replaceChildren(...found.slice(from, from + PAGE).map(row => {
      const line = document.createElement('tr');
      line.append(...texts(row).map((text, i) => {
        const cell = document.createElement('td');
        cell.className = i === 4 ? 'text ' + row[4] : kinds[i];
        cell.textContent = text;
        return cell;
      }));
      return line;
    }));
    fields.previous.disabled = page === 0;
    fields.next.disabled = page === last;
    shown.textContent = found.length === 0
      ? 'No item is like that.'
      : (from + 1) + ' to ' + Math.min(from + PAGE, found.length) + ' of ' + found.length;
  };
  const filter = () => {
    const status = fields.status.value;
    const [scenario, provider, text] = ['scenario', 'provider', 'text'].map(name => fields[name].value.trim().toLowerCase());
    found = rows.filter(row =>
      (status === '' || (status === 'not' ? row[4] !== 'passed' : row[4] === status)) &&
      row[1].toLowerCase().includes(scenario) &&
      row[2].toLowerCase().includes(provider) &&
      (text === '' || (row[1] + ' ' + row[2] + ' ' + row[9]).toLowerCase().includes(text)));
    page = 0;
    show();
  };
  form.addEventListener('input', filter);
  form.addEventListener('submit', event => event.preventDefault());
  fields.previous.addEventListener('click', () => { page -= 1; show(); });
  fields.next.addEventListener('click', () => { page += 1; show(); });
  const heads = [...document.querySelectorAll('#matrix thead th')];
  const matrix = document.getElementById('matrix');
  if (matrix) matrix.addEventListener('click', event => {
    const cell = event.target.closest('tbody td, tbody th');
    if (!cell) return;
    fields.scenario.value = cell.parentNode.cells[0].textContent;
    fields.provider.value = cell.cellIndex === 0 ? '' : heads[cell.cellIndex].textContent;
    fields.status.value = '';
    filter();
    form.scrollIntoView();
  });
  if (rows.some(row => row[4] !== 'passed')) fields.status.value = 'not';
  form.hidden = false;
  filter();
})();
`;
