import { explainCheck, listChecks } from './explainCheck';

describe('explainCheck', () => {
  it.each(listChecks())('explains %s', name => {
    const found = explainCheck(name);
    expect([found.type, ...found.aliases]).toContain(name);
    expect(found.summary).not.toBe('');
    expect(found.parameters).toMatchObject({ type: 'object' });
  });

  it('names parameters, quirks and near misses', () => {
    expect(explainCheck('max_sentences')).toMatchObject({
      type: 'sentence_count',
      parameters: { properties: { max: {} }, additionalProperties: false },
      quirks: [{ compatible: '`sentence_count` always scores 1' }],
    });
    expect(() => explainCheck('contians')).toThrow(
      'There is no check "contians". Did you mean "contains"?',
    );
  });
});
