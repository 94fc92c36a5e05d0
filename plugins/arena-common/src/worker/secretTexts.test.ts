import { secretTexts } from './secretTexts';

const basic = (pair: string) => Buffer.from(pair).toString('base64');

describe('secretTexts', () => {
  it('are the value, and the token in it', () => {
    expect(secretTexts('sk-123456')).toEqual(['sk-123456']);
    expect(secretTexts('Bearer abc.def')).toEqual([
      'Bearer abc.def',
      'abc.def',
    ]);
    expect(secretTexts('bearer abc.def')).toEqual([
      'bearer abc.def',
      'abc.def',
    ]);
  });

  it.each(['ann:hunter2!', 'ann:a:colon:in:it', 'ann:pässwörd', ':no-user'])(
    'have the password that a header of %s carries',
    pair => {
      const token = basic(pair);
      expect(secretTexts(`Basic ${token}`)).toEqual([
        `Basic ${token}`,
        token,
        pair,
        pair.slice(pair.indexOf(':') + 1),
      ]);
    },
  );

  it('leave ordinary words whole', () => {
    const token = basic('ann:pw');
    expect(secretTexts(`Basic ${token}`)).toEqual([
      `Basic ${token}`,
      token,
      'ann:pw',
    ]);
  });

  it('take what is no pair as it is', () => {
    expect(secretTexts('Basic %%%')).toEqual(['Basic %%%', '%%%']);
    expect(secretTexts(`Basic ${basic('alone')}`)).toEqual([
      `Basic ${basic('alone')}`,
      basic('alone'),
    ]);
  });
});
