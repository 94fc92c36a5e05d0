import {
  cpSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { removeBundles, writeBundle } from '../../__testUtils__/bundles';
import { seededRandom } from '../../util/seededRandom';
import { BundleError } from '../../Engine';
import { lintBundle } from '../lintBundle';
import { loadBundle } from '../loadBundle';

const EXAMPLE = path.resolve(
  __dirname,
  '../../../../../examples/bundles/support-agent',
);
/** A longer run: `ARENA_FUZZ_RUNS=5000`. They are the same each time. */
const ROUNDS = Number(process.env.ARENA_FUZZ_RUNS ?? 100);
const SCRAPS = [
  ...['{', '}', '[', ']', ':', '- ', '|', '"', "'", '&a', '*a', '<<: *a'],
  ...['null', '~', '17', '-1', 'true', '[]', '{}', '\t', '\0', '\u{1F600}'],
  ...['{{x}}', '{{ x }}', '(?=a)', '!!binary x', '__proto__: {a: 1}', '---'],
];

afterEach(removeBundles);

/** Changes a text in one to four places, by lines or by characters. */
function mutate(text: string, random: () => number): string {
  let result = text;
  const pick = (limit: number) => Math.floor(random() * limit);
  for (let count = 1 + pick(4); count > 0; count--) {
    const lines = result.split('\n');
    const line = pick(lines.length);
    const scrap = SCRAPS[pick(SCRAPS.length)];
    switch (pick(5)) {
      case 0:
        lines.splice(line, 1);
        break;
      case 1:
        lines.splice(line, 0, lines[pick(lines.length)]);
        break;
      case 2:
        lines[line] = lines[line].replace(/:.*$/, `: ${scrap}`);
        break;
      case 3:
        lines[line] = ' '.repeat(pick(6)) + lines[line].trim();
        break;
      default: {
        const at = pick(lines[line].length + 1);
        lines[line] = lines[line].slice(0, at) + scrap + lines[line].slice(at);
      }
    }
    result = lines.join('\n');
  }
  return result;
}

describe('a bundle that was damaged', () => {
  it(
    'is linted and loaded or refused, with a place for everything that is said',
    async () => {
      const random = seededRandom(20_260_730);
      const folder = await writeBundle({});
      cpSync(EXAMPLE, folder, { recursive: true });
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter(file => file.endsWith('.yaml'))
        .filter(file => statSync(path.join(folder, file)).isFile())
        .sort();
      let refused = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const file = path.join(
          folder,
          files[Math.floor(random() * files.length)],
        );
        const sound = readFileSync(file, 'utf8');
        const damaged = mutate(sound, random);
        writeFileSync(file, damaged);
        const found = await lintBundle(folder);
        for (const problem of found) {
          expect(problem.message).not.toBe('');
          expect(problem.message).not.toMatch(/undefined|\[object Object\]/);
          expect(problem.line ?? 1).toBeGreaterThan(0);
        }
        const error = await loadBundle(folder, { compat: true }).then(
          ({ warnings }) => (warnings ? undefined : 'no warnings'),
          reason => reason,
        );
        // Whatever keeps a bundle from loading is an error of its own.
        const hasError = found.some(({ severity }) => severity === 'error');
        expect(
          error === undefined || (error instanceof BundleError && hasError),
        ).toBe(true);
        if (error) refused += 1;
        writeFileSync(file, sound);
      }
      // Both happen, or nothing was tried.
      expect(refused).toBeGreaterThan(ROUNDS / 6);
      expect(refused).toBeLessThan((ROUNDS * 29) / 30);
    },
    60_000 + ROUNDS * 1_000,
  );
});
