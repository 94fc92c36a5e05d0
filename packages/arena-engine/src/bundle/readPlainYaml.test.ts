import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { ORIGINAL_CORPUS, OWN_CORPUS } from '../__testUtils__/corpus';
import { parseYaml } from './parseYaml';
import { readPlainYaml } from './readPlainYaml';

const EXAMPLES = path.resolve(__dirname, '../../../../examples');

/** Reads with the thorough parser; undefined when it finds a fault. */
function thorough(text: string): { value: unknown } | undefined {
  const { document, faults } = parseYaml(text);
  if (!document || faults.length > 0) return undefined;
  return { value: document.toJS() };
}

function yamlFiles(): string[] {
  return [EXAMPLES, OWN_CORPUS, ORIGINAL_CORPUS]
    .filter(existsSync)
    .flatMap(folder =>
      readdirSync(folder, { recursive: true })
        .map(name => path.join(folder, String(name)))
        .filter(name => /\.ya?ml$/.test(name)),
    );
}

const scalar = fc.oneof(
  fc.constantFrom(
    ...['yes', 'No', 'true', 'False', 'null', 'NULL', '', "''", '""', '~'],
    ...['1', '-1', '+12', '0', '-0', '007', '0o17', '0x1F', '1_000', '1.0'],
    ...[
      '1e3',
      '.5',
      '5.',
      '1.5e-7',
      '.inf',
      '-.Inf',
      '.nan',
      '12345678901234567890',
    ],
    ...[
      '2024-01-15',
      '2024-01-15T10:00:00Z',
      '12:30:45',
      '10:32',
      '1,5',
      '50%',
    ],
    ...['a: b', 'a #b', '#c', 'a#b', "it's", '"q"', "'it''s'", '"\\u0041\\n"'],
    ...[
      '*x',
      '&x y',
      '!t v',
      '<<',
      '- x',
      '[a, b]',
      '{a: 1, b: [2]}',
      '[',
      '}',
    ],
    ...[
      '(?i)(a|b)',
      '\\d+',
      '{{name}}',
      '"{{name}}"',
      'Hello!',
      'a & b',
      'a * b',
    ],
    ...[
      '|\n      one\n      two',
      '>\n      one\n      two',
      '|-\n      x',
      '|+\n      x\n\n',
      '|2\n      x',
    ],
    ...[
      'ü',
      '日本',
      '🙂',
      '@x',
      '`x`',
      '%x',
      'a, b',
      'x:y',
      'http://a/b?c=d#e',
    ],
  ),
  fc.string({ maxLength: 12 }),
);
const key = fc.constantFrom(
  'a',
  'b',
  'content',
  '1',
  '2.5',
  'true',
  '"q"',
  'x-y',
  '__proto__',
  'constructor',
);
const line = fc.oneof(
  fc.tuple(key, scalar).map(([name, value]) => `${name}: ${value}`),
  fc
    .tuple(key, fc.array(scalar, { maxLength: 3 }))
    .map(([name, values]) =>
      [`${name}:`, ...values.map(value => `  - ${value}`)].join('\n'),
    ),
  fc
    .tuple(key, key, scalar, key, scalar)
    .map(
      ([name, first, a, second, b]) =>
        `${name}:\n  - ${first}: ${a}\n    ${second}: ${b}`,
    ),
  fc.constantFrom('# comment', '', '---', '...', '%YAML 1.1', '? x', ': y'),
);

describe('plain YAML', () => {
  it('reads all files of examples and corpora as the thorough parser does, and most of them itself', () => {
    const files = yamlFiles();
    let plain = 0;
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      const read = readPlainYaml(text);
      if (!read) continue;
      plain += 1;
      expect({ file, ...read }).toEqual({ file, ...thorough(text) });
    }
    expect(files.length).toBeGreaterThan(100);
    // Bundles of the repository's own conformance hold what is rare; foreign ones beside them raise the share.
    expect(plain / files.length).toBeGreaterThan(0.7);
  });

  it('reads any text as the thorough parser does, or leaves it to that', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), lines => {
        const text = `${lines.join('\n')}\n`;
        const read = readPlainYaml(text);
        if (!read) return;
        expect({ text, ...read }).toEqual({ text, ...thorough(text) });
      }),
      { numRuns: Number(process.env.ARENA_FUZZ_RUNS ?? 3_000) },
    );
  });

  it.each([
    ['nested lists', '[[[[[[[[[['.repeat(40)],
    ['nested maps', '{a: '.repeat(500)],
    ['lists on one line', `${'- '.repeat(300)}x`],
    ['an alias', 'a: &x 1\nb: *x'],
    ['a key that stands twice', 'a: 1\na: 2'],
    ['two documents', 'a: 1\n---\nb: 2'],
    ['a long file', `a: ${'x'.repeat(100_000)}`],
    ['nothing', ''],
  ])('leaves %s to the thorough parser', (_, text) => {
    expect(readPlainYaml(text)).toBeUndefined();
  });
});
