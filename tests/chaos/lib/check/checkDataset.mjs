/** As many rows as promised, each once, and nothing that the model did not say; each attempt is one of the figures. */
export function checkDataset({ one, job, workload }) {
  const { dataset, rows } = job;
  const { count } = workload.expected;
  const faults = [];
  if (rows.length !== count) faults.push(`${rows.length} rows of ${count}`);
  if (dataset.rows !== rows.length) {
    faults.push(
      `the figures say ${dataset.rows} rows, there are ${rows.length}`,
    );
  }
  const told = new Set(one.newRows);
  const [texts, attempts] = [new Set(), new Set()];
  rows.forEach(({ row, number, attempt }, at) => {
    const text = JSON.stringify({ id: row.id, text: row.text });
    if (number !== at) faults.push(`row ${at} has the number ${number}`);
    if (texts.has(text)) faults.push(`row ${number} is there twice: ${text}`);
    if (attempts.has(attempt)) {
      faults.push(`attempt ${attempt} brought more than one row`);
    }
    if (!told.has(text)) {
      faults.push(`row ${number} is nothing that the model said: ${text}`);
    }
    texts.add(text);
    attempts.add(attempt);
  });
  const rejected = Object.values(dataset.rejects).reduce((a, b) => a + b, 0);
  const sum = dataset.rows + rejected + dataset.surplus + dataset.unfinished;
  if (dataset.attempts !== sum) {
    faults.push(
      `${dataset.attempts} attempts, where rows, rejects, surplus and unfinished are ${sum}`,
    );
  }
  return faults;
}
