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

  it('has each check in one family', () => {
    const types = CHECK_FAMILIES.flatMap(({ checks }) =>
      checks.map(({ type }) => type),
    );
    expect(new Set(types).size).toBe(types.length);
  });
});
