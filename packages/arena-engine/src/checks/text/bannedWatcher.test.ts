import { bannedFinder } from './bannedFinder';
import { bannedWatcher } from './bannedWatcher';

/** How much of a text arrives, in chunks of a size, until a watch has seen enough. */
function seenOf(
  text: string,
  { size, mode, banned }: { size: number; mode?: string; banned: string[] },
): string {
  const watch = bannedWatcher(banned, mode)();
  for (let end = size; end < text.length + size; end += size) {
    const arrived = text.slice(0, end);
    if (watch(arrived)) return arrived;
  }
  return text;
}

const SIZES = [1, 2, 3, 5, 8, 100];

describe('bannedWatcher', () => {
  it.each([
    ['A classic assessment of bassoons', ['class', 'ass', 'as', 'bass']],
    ['grass-assets', ['ass', 'sets', 'set']],
    ['foobar', ['foo', 'bar', 'oba']],
  ])('lets words be that a banned one is part of: %s', (text, banned) => {
    for (const size of SIZES) {
      const seen = seenOf(text, { size, banned, mode: 'word_boundary' });
      expect(seen).toBe(text);
    }
    expect(bannedFinder(banned, 'word_boundary')(text)).toBeUndefined();
  });

  it.each(['word_boundary', 'substring'])(
    'stops soon after a banned text, however it arrives: %s',
    mode => {
      const text = `Well, I GUARANTEE it.${' More of it.'.repeat(20)}`;
      for (const size of SIZES) {
        const seen = seenOf(text, { size, mode, banned: ['no', 'guarantee'] });
        expect(seen.length).toBeLessThanOrEqual(17 + 1 + size);
        expect(seen).toContain('GUARANTEE');
      }
    },
  );

  it('leaves a word at the end to whoever has the whole text', () => {
    const watch = bannedWatcher(['ass'], 'word_boundary')();
    expect(watch('an ass')).toBe(false);
    expect(watch('an assessment of an ass')).toBe(false);
    expect(watch('an assessment of an ass!')).toBe(true);
  });

  it('begins anew with another attempt', () => {
    const watch = bannedWatcher(['bad'], undefined)();
    expect(watch('a long text without it')).toBe(false);
    expect(watch('bad')).toBe(true);
  });

  it('looks at what is new alone', () => {
    const watch = bannedWatcher(['bad'], undefined)();
    const long = 'x'.repeat(100_000);
    expect(watch(`bad${long}`)).toBe(true);
    expect(watch(`bad${long}y`)).toBe(false);
  });
});
