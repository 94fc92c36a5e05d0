import { ConfigReader } from '@backstage/config';
import { readRedaction } from '../../config/readRedaction';
import { BUILT_IN_RULES } from './builtInRules';
import { createRuleRedactor } from './createRuleRedactor';

const rules = (config: object) => readRedaction(new ConfigReader(config));

describe('createRuleRedactor', () => {
  it.each([
    ['email', 'Write to jo.doe+x@mail.example.com today', 'jo.doe'],
    ['card-number', 'Card 4111 1111 1111 1111, please', '4111'],
    ['card-number', 'Card 4111 1111 1111 1111 12/27', '4111'],
    ['card-number', 'It is 4111111111111111 123', '4111'],
    ['card-number', 'Order 77 4111-1111-1111-1111', '4111'],
    [
      'private-key',
      '-----BEGIN RSA PRIVATE KEY-----\nMIIabc+/=\n-----END RSA PRIVATE KEY-----',
      'MIIabc',
    ],
    ['api-key', 'The key sk-abcdefghijklmnopqrstuvwx works', 'sk-abc'],
    ['api-key', 'ghp_0123456789012345678901234567890123456789', 'ghp_'],
    ['api-key', 'github_pat_11ABCDEFG0123456789_abcdef', 'github_pat_'],
    ['api-key', 'ASIAABCDEFGHIJKLMNOP', 'ASIA'],
    ['bearer-token', 'Authorization: Bearer abcdef0123456789==', 'abcdef'],
    ['jwt', 'eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl', 'eyJ'],
  ])('takes out %s', (name, text, part) => {
    const redactor = createRuleRedactor(rules({ builtIn: [name] }));
    expect(redactor.text(text)).toContain(`[REDACTED ${name}]`);
    expect(redactor.text(text)).not.toContain(part);
  });

  it('leaves what only looks like it', () => {
    const redactor = createRuleRedactor(rules({ builtIn: BUILT_IN_RULES }));
    for (const text of [
      'Order 4111 1111 1111 1112 was sent',
      'Costs 12 @ 3.50 each',
      'The bearer of news',
      'skeleton sk-8',
    ]) {
      expect(redactor.text(text)).toBe(text);
    }
  });

  it('keeps a transcript a transcript', () => {
    const redactor = createRuleRedactor(
      rules({
        patterns: [
          { name: 'words', pattern: '(?i)customer [0-9]+', replacement: '$1' },
          { name: 'content', pattern: 'content|user' },
        ],
      }),
    );
    const json = JSON.stringify({
      messages: [
        {
          role: 'user',
          content: 'I am Customer 42 and "CUSTOMER 7"\n',
          toolCalls: [{ arguments: { 'customer 8': ['customer 9'] } }],
        },
      ],
    });
    expect(JSON.parse(redactor.json(json))).toEqual({
      messages: [
        {
          role: 'user',
          content: 'I am $1 and "$1"\n',
          toolCalls: [{ arguments: { $1: ['$1'] } }],
        },
      ],
    });
  });

  it('takes time linear in the text for any pattern', () => {
    const redactor = createRuleRedactor(
      rules({ patterns: [{ name: 'slow', pattern: '(a+)+$b?' }] }),
    );
    const start = Date.now();
    redactor.text(`${'a'.repeat(20_000)}!`);
    expect(Date.now() - start).toBeLessThan(20_000);
  });
});

describe('readRedaction', () => {
  it('has no rules of its own accord', () => {
    expect(readRedaction(undefined)).toEqual([]);
    expect(rules({})).toEqual([]);
  });

  it.each([
    [
      { builtIn: ['names'] },
      "arena.redaction.builtIn[0]: 'names' is not one of email, card-number",
    ],
    [
      { patterns: [{ name: 'a b', pattern: 'x' }] },
      "arena.redaction.patterns[0].name: 'a b' is no name",
    ],
    [
      { patterns: [{ name: 'a', pattern: '(' }] },
      "arena.redaction.patterns[0].pattern: '(' is no pattern of RE2",
    ],
    [
      { patterns: [{ name: 'a', pattern: '(?<=a)b' }] },
      'look-around is not part of RE2',
    ],
    [
      { patterns: [{ name: 'a', pattern: 'x*' }] },
      "'x*' matches the empty text",
    ],
    [
      {
        patterns: [{ name: 'a', pattern: '[a-z]{1000}[0-9]{1000}[x-z]{500}' }],
      },
      'is too large',
    ],
    [
      {
        builtIn: ['email'],
        patterns: [{ name: 'email', pattern: 'x' }],
      },
      "two rules have the name 'email'",
    ],
    [{ patterns: [{ name: 'a', pattern: 'x', with: 'y' }] }, 'with'],
  ])('refuses %j', (config, message) => {
    expect(() => rules(config)).toThrow(message);
  });
});
