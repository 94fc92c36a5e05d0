import { arenaTranslationRef } from '../translation';
import german from './de';

/** What the framework keeps of a reference; its types do not say. */
interface InternalRef {
  getDefaultMessages(): Record<string, string>;
}

const english = (
  arenaTranslationRef as unknown as InternalRef
).getDefaultMessages();
const germanTexts: Record<string, string> = german;

const placeholders = (text: string) =>
  [...text.matchAll(/{{\s*(\w+)\s*}}/g)].map(([, name]) => name).sort();

describe('German', () => {
  it('has every text, and none that nobody asks for', () => {
    expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort());
    expect(Object.keys(english).length).toBeGreaterThan(500);
  });

  it('has the same placeholders', () => {
    const differ = Object.keys(english).filter(
      key =>
        placeholders(germanTexts[key]).join() !==
        placeholders(english[key]).join(),
    );
    expect(differ).toEqual([]);
  });

  it('is translated', () => {
    const left = Object.keys(english).filter(
      key =>
        germanTexts[key] === english[key] &&
        // Names, units and loan words are the same in both.
        english[key]
          .replace(/{{\w+}}/g, '')
          .split(/[^A-Za-z]+/)
          .filter(word => word.length > 1).length > 2,
    );
    expect(left).toEqual([]);
  });
});
