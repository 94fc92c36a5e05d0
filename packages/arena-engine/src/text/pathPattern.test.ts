import { compilePathPattern } from './pathPattern';

describe('compilePathPattern', () => {
  it.each([
    ['skills/*', 'skills/cut', true],
    ['skills/*', 'skills/cut/deep', false],
    ['skills/c?t', 'skills/cut', true],
    ['skills/c?t', 'skills/c/t', false],
    ['run-[0-9].json', 'run-7.json', true],
    ['run-[^0-9].json', 'run-7.json', false],
    ['run-[^0-9].json', 'run-/.json', false],
    ['a.b', 'axb', false],
    ['\\*.json', '*.json', true],
    ['\\*.json', 'x.json', false],
    ['**/x', 'a/b/x', false],
    ['\\**', '*anything', true],
  ])('%s on %s: %s', (pattern, path, expected) => {
    expect(compilePathPattern(pattern)?.(path)).toBe(expected);
  });

  it('knows a bracket that is not closed', () => {
    expect(compilePathPattern('run-[0-9.json')).toBeUndefined();
  });

  it('cannot be made to search for ever', () => {
    const matches = compilePathPattern(`${'*a'.repeat(50)}*b`);
    expect(matches?.('a'.repeat(200))).toBe(false);
  });

  it('knows a range that is upside down', () => {
    expect(compilePathPattern('[z-a]')).toBeUndefined();
  });
});
