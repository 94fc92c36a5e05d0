import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
    const files = readdirSync(__dirname, { recursive: true })
      .map(String)
      .filter(name => name.includes('/') && name.endsWith('.ts'))
      .map(name => ({
        folder: dirname(name),
        isTest: name.endsWith('.test.ts'),
        text: readFileSync(join(__dirname, name), 'utf8'),
      }));
    const isTested = (type: string) => {
      const home = files.find(
        ({ isTest, text }) => !isTest && text.includes(`type: '${type}'`),
      );
      return files.some(
        ({ folder, isTest, text }) =>
          isTest && folder === home?.folder && text.includes(`'${type}'`),
      );
    };
    const types = CHECK_FAMILIES.flatMap(({ checks }) =>
      checks.map(({ type }) => type),
    );
    expect(types.filter(type => !isTested(type))).toEqual([]);
  });

  it('has each check in one family', () => {
    const types = CHECK_FAMILIES.flatMap(({ checks }) =>
      checks.map(({ type }) => type),
    );
    expect(new Set(types).size).toBe(types.length);
  });
});
