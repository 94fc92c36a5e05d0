import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';

/** Places code above each line of a file that has the text, as far to the right as that line is. */
export async function placeAbove(file, text, code) {
  const lines = (await readFile(file, 'utf8')).split('\n');
  assert.ok(
    lines.some(line => line.includes(text)),
    `${file} has no line '${text}'`,
  );
  const placed = lines.flatMap(line => {
    if (!line.includes(text)) return [line];
    const [indentation] = /^\s*/.exec(line);
    return [code.replace(/^(?=.)/gm, indentation), line];
  });
  await writeFile(file, placed.join('\n'));
}
