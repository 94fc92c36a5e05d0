import { checkInput } from '../checks/__testUtils__/checkInput';
import { COMPATIBLE, STRICT } from '../quirks/quirks';
import { byteLength } from '../text/goText';
import { Guardrails } from './Guardrails';

const cap = { type: 'max_length', params: { max: 10 } };
const banned = { type: 'content_excludes', params: { patterns: ['jackpot'] } };

describe('Guardrails that stop a reply while it arrives', () => {
  it.each([
    [
      'the one that is reached first',
      [banned, cap],
      `${'x'.repeat(30)}jackpot`,
      ['max_length'],
    ],
    [
      'the first of the prompt within one slice',
      [banned, cap],
      `${'x'.repeat(11)}jackpot`,
      ['content_excludes', 'max_length'],
    ],
    [
      'the only one that is reached',
      [cap, banned],
      'jackpot',
      ['content_excludes', 'max_length'],
    ],
  ])('fire in their order: %s', async (_, validators, text, fired) => {
    const guardrails = new Guardrails(validators, { quirks: COMPATIBLE });
    const { firings } = await guardrails.judgeOutput(text, 0, checkInput());
    expect(firings.map(({ type }) => type)).toEqual(fired);
  });

  it.each([
    ['compatible', COMPATIBLE, 10],
    ['strict', STRICT, 9],
  ])(
    'cut a reply within a character in %s runs: %#',
    async (_, quirks, bytes) => {
      const guardrails = new Guardrails([cap], { quirks });
      const { text } = await guardrails.judgeOutput(
        '日本語日本語',
        0,
        checkInput(),
      );
      expect(byteLength(text)).toBe(bytes);
      expect(text.startsWith('日本語')).toBe(true);
    },
  );
});

describe('Guardrails of strict runs', () => {
  const words = { type: 'banned_words', params: { words: ['ass'] } };

  it('watch each reply on its own', () => {
    const guardrails = new Guardrails([words, cap], { quirks: STRICT });
    const [first, second] = [guardrails.watch(), guardrails.watch()];
    expect(first?.('an ass')).toBe(false);
    expect(first?.('an assess')).toBe(false);
    expect(second?.('an ass!')).toBe(true);
    expect(first?.('an assessment')).toBe(true);
  });

  it('need not watch when none can stop a reply', () => {
    const late = { type: 'min_length', params: { min: 3 } };
    const guardrails = new Guardrails([late], { quirks: STRICT });
    expect(guardrails.watch()).toBeUndefined();
  });
});
