import { matchesScenario, selectScenarios } from './scenarioGlobs';

const scenarios = [
  { id: 'refund', path: 'scenarios/critical-refund.yaml' },
  { id: 'refund-slow', path: 'scenarios/critical-refund-slow.yaml' },
  { id: 'hello', path: './scenarios/small/hello.yaml' },
  { id: 'inline' },
];

function ids(include?: string[], exclude?: string[]) {
  return selectScenarios(scenarios, { include, exclude }).map(({ id }) => id);
}

describe('selectScenarios', () => {
  it("works as the published page's example means it", () => {
    expect(ids(['scenarios/critical-*.yaml'], ['*-slow.yaml'])).toEqual([
      'refund',
    ]);
  });

  it.each<[string[] | undefined, string[] | undefined, string[]]>([
    [undefined, undefined, ['refund', 'refund-slow', 'hello', 'inline']],
    [[], [], ['refund', 'refund-slow', 'hello', 'inline']],
    [['refund'], undefined, ['refund']],
    [['refund*'], undefined, ['refund', 'refund-slow']],
    [['hello.yaml'], undefined, ['hello']],
    [['scenarios/*.yaml'], undefined, ['refund', 'refund-slow']],
    [['scenarios/**/*.yaml'], undefined, ['refund', 'refund-slow', 'hello']],
    [['./scenarios/small/*'], undefined, ['hello']],
    [['*.{yaml,yml}'], undefined, ['refund', 'refund-slow', 'hello']],
    [['inline', 'hello'], undefined, ['hello', 'inline']],
    [undefined, ['scenarios/**'], ['inline']],
    [['refund'], ['refund'], []],
    [['Refund'], undefined, []],
    [['+(refund)'], undefined, []],
  ])('include %j, exclude %j', (include, exclude, expected) => {
    expect(ids(include, exclude)).toEqual(expected);
  });

  it('takes an id with a slash-less pattern only, never part of a path', () => {
    expect(matchesScenario('scenarios', scenarios[0])).toBe(false);
    expect(matchesScenario('critical-refund', scenarios[0])).toBe(false);
  });

  it('refuses at once what is longer than a pattern may be', () => {
    const began = performance.now();
    expect(() => ids(['{('.repeat(16_250) + '})'.repeat(16_250)])).toThrow(
      /may not be more than 512 characters long/,
    );
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(ids(['x'.repeat(512)])).toEqual([]);
  });

  it('refuses what is no pattern', () => {
    expect(() => ids(['[a'])).toThrow(
      'Invalid scenario pattern "[a": must be a glob pattern: Missing closing: "]"',
    );
    expect(() => ids(undefined, ['!a'])).toThrow(
      /put the pattern under exclude/,
    );
  });
});
