import { DatasetState } from '@backstage-arena/plugin-arena-common/datagen';

/** What became of a dataset, in lines for people. */
export function formatDataset(state: DatasetState): string {
  const { rows, count, attempts, surplus, unfinished, rejects, quotas, cost } =
    state;
  const lines = [`${rows} of ${count} rows after ${attempts} attempts`];
  for (const [reason, number] of Object.entries(rejects)) {
    lines.push(`  rejected, ${reason}: ${number}`);
  }
  if (surplus > 0) lines.push(`  surplus: ${surplus}`);
  if (unfinished > 0) lines.push(`  unfinished: ${unfinished}`);
  for (const { field, value, persona, rows: filled, count: of } of quotas) {
    const kind =
      persona === undefined ? `${field} ${value}` : `persona ${persona}`;
    lines.push(`  quota of ${kind}: ${filled} of ${of}`);
  }
  if (cost > 0) lines.push(`  cost: ${cost.toFixed(4)}`);
  if (rows < count) lines.push(`InsufficientYield: ${reasonOf(state)}`);
  return lines.join('\n');
}

function reasonOf({ endedBy, barren, maxAttempts }: DatasetState): string {
  if (endedBy === 'budget') return 'the budget was used up';
  if (endedBy === 'yield') {
    return `the last ${barren} attempts brought no row`;
  }
  return endedBy === 'attempts'
    ? `more than ${maxAttempts} attempts are not allowed`
    : 'it was interrupted';
}
