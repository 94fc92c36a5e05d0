import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkNames, CHECK_FAMILIES, findCheck } from './registry';
import { WRAPPERS } from './wrappers';

describe('the registry of checks', () => {
  it('knows the 96 names of the format', () => {
    expect(checkNames().length + WRAPPERS.size).toBe(96);
    expect(new Set(checkNames()).size).toBe(checkNames().length);
  });

  it('finds checks by alias, in the letter case of the format', () => {
    expect(findCheck('content_includes')?.type).toBe('contains');
    expect(findCheck('llm_judge_conversation')?.type).toBe('llm_judge_session');
    expect(findCheck('Contains')).toBeUndefined();
    expect(findCheck('constructor')).toBeUndefined();
  });

  it('has aliases that are the check itself', () => {
    const aliases = CHECK_FAMILIES.flatMap(({ checks }) =>
      checks.flatMap(check =>
        (check.aliases ?? []).map(alias => ({ alias, check })),
      ),
    );
    expect(aliases.length).toBeGreaterThan(5);
    for (const { alias, check } of aliases) {
      expect({ alias, check: findCheck(alias) }).toEqual({ alias, check });
    }
  });

  it('has a test of each check', () => {
    const tests = readdirSync(__dirname, { recursive: true })
      .map(String)
      .filter(name => name.includes('/') && name.endsWith('.test.ts'))
      .map(name => readFileSync(join(__dirname, name), 'utf8'));
    const types = [
      ...CHECK_FAMILIES.flatMap(({ checks }) => checks.map(each => each.type)),
      ...WRAPPERS.keys(),
    ];
    const isNamed = (type: string) =>
      tests.some(text => text.includes(`'${type}'`));
    expect(types.filter(type => !isNamed(type))).toEqual([]);
  });

  it('has each check in one family', () => {
    const types = CHECK_FAMILIES.flatMap(({ checks }) =>
      checks.map(({ type }) => type),
    );
    expect(new Set(types).size).toBe(types.length);
  });
});
