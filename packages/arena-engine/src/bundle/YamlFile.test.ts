import { YamlFile } from './YamlFile';

const faultsOf = (text: string) =>
  new YamlFile('a.yaml', text).problems.map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );

describe('YamlFile', () => {
  it('reads aliases, merge keys and values like the original', () => {
    const { value, problems } = new YamlFile(
      'a.yaml',
      'base: &b {x: 1, y: yes}\nmore:\n  <<: *b\n  x: 0o17\n',
    );
    expect(problems).toEqual([]);
    expect(value).toEqual({
      base: { x: 1, y: 'yes' },
      more: { x: 15, y: 'yes' },
    });
  });

  it.each([
    ['flow lists', '['.repeat(10_000)],
    ['closed flow lists', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['flow maps', `a: ${'{a: '.repeat(100_000)}`],
    ['lists on one line', `${'- '.repeat(10_000)}a`],
    ['maps on one line', ': '.repeat(20_000)],
    [
      'maps on lines of their own',
      Array.from({ length: 2_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
    ],
  ])('refuses %s that are nested too deeply', (_, text) => {
    const faults = faultsOf(text);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(
      /^\d+:\d+ Invalid YAML: Nested too deeply: allowed are about 200 levels$/,
    );
  });

  it('refuses aliases that make a deep value out of a flat text', () => {
    const nested = (inner: string) => '['.repeat(90) + inner + ']'.repeat(90);
    const text = (links: number) =>
      Array.from({ length: links }, (_, i) =>
        i === 0
          ? `a0: &a0 ${nested('x')}`
          : `a${i}: &a${i} ${nested(`*a${i - 1}`)}`,
      ).join('\n');
    expect(faultsOf(text(2))).toEqual([]);
    expect(faultsOf(text(3))).toEqual([
      expect.stringMatching(/^3:\d+ Invalid YAML: Nested too deeply/),
    ]);
  });

  it('refuses more aliases than can be followed in time', () => {
    const text = `a: &a 1\nb: [${'*a,'.repeat(100_000)}]`;
    expect(faultsOf(text)).toEqual([
      '2:3005 Invalid YAML: Too many aliases: allowed are 1000',
    ]);
  });

  it('reads what is nested as deeply as people may write', () => {
    const text = '['.repeat(150) + ']'.repeat(150);
    expect(faultsOf(text)).toEqual([]);
  });

  it('refuses aliases that multiply without end, and those that contain themselves', () => {
    const levels = Array.from({ length: 12 }, (_, i) =>
      i === 0
        ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]'
        : `a${i}: &a${i} [${Array(9)
            .fill(`*a${i - 1}`)
            .join(', ')}]`,
    );
    expect(faultsOf(levels.join('\n'))).toEqual([
      expect.stringMatching(/alias/i),
    ]);
    expect(faultsOf('a: 1\nb: &b\n  c: *b\n')).toEqual([
      '3:6 Invalid YAML: The alias *b stands inside of what it refers to',
    ]);
    expect(faultsOf('a: *nothing\n')).toEqual([
      expect.stringContaining('nothing'),
    ]);
  });

  it('points at each key that stands twice, in any number of keys', () => {
    expect(faultsOf('a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n')).toEqual([
      '5:3 Invalid YAML: Map keys must be unique: "c" stands twice',
    ]);
    const keys = Array.from({ length: 40_000 }, (_, i) => `k${i}: 1`);
    expect(faultsOf([...keys, 'k7: 2'].join('\n'))).toEqual([
      '40001:1 Invalid YAML: Map keys must be unique: "k7" stands twice',
    ]);
  });

  it('takes placeholders without quotes for what they are', () => {
    expect(faultsOf('a: 1\ncontent: {{ name }}\n')).toEqual([
      '2:11 Invalid YAML: A key cannot be a map or a list: texts that begin with { or [ need quotes',
    ]);
  });

  it('refuses several documents, tabs and unclosed brackets at their place', () => {
    expect(faultsOf('a: 1\n---\nb: 2\n')).toEqual([
      expect.stringMatching(/^2:1 .*one document/),
    ]);
    expect(faultsOf('a:\n\tb: 1\n')[0]).toMatch(/^2:1 .*tab/i);
    expect(faultsOf('a:\n  - [1, 2\n')[0]).toMatch(/^\d+:\d+ Invalid YAML/);
  });

  it('lists a limited number of faults', () => {
    expect(faultsOf('"'.repeat(10_001)).length).toBeLessThanOrEqual(20);
  });

  it('refuses more entries than can be read in time', () => {
    expect(faultsOf(`[${'1,'.repeat(1_500_000)}]`)).toEqual([
      expect.stringContaining('Too many entries'),
    ]);
  });

  it('finds the place of a field, or of the nearest one that exists', () => {
    const file = new YamlFile('a.yaml', 'spec:\n  turns:\n    - role: user\n');
    const at = (path: Array<string | number>, key = false) => {
      const { line, column, field } = file.problem(path, 'x', { key });
      return `${line}:${column} ${field}`;
    };
    expect(at(['spec', 'turns', 0, 'role'])).toBe('3:13 spec.turns[0].role');
    expect(at(['spec', 'turns', 0, 'role'], true)).toBe(
      '3:7 spec.turns[0].role',
    );
    expect(at(['spec', 'turns', 0, 'content'])).toBe(
      '3:7 spec.turns[0].content',
    );
    expect(at(['nothing'])).toBe('1:1 nothing');

    const script = new YamlFile(
      'b.yaml',
      'turns:\n  1: a\n  2: &x {b: c}\n  3: *x\n',
    );
    const place = (path: Array<string | number>) => {
      const { line, column } = script.problem(path, 'x');
      return `${line}:${column}`;
    };
    expect(place(['turns', '1'])).toBe('2:6');
    expect(place(['turns', '3', 'b'])).toBe('3:13');
  });
});
