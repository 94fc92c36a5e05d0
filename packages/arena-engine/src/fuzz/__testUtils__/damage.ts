import fc from 'fast-check';
import { value } from './values';

interface Damage {
  /** Chooses the place, one number a level. */
  at: number[];
  how: 'replace' | 'remove' | 'rename';
  by: unknown;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  at: fc.array(fc.nat(), { minLength: 3, maxLength: 9 }),
  how: fc.constantFrom('replace', 'remove', 'rename'),
  by: value,
});

/** The same with a few values replaced, removed or misnamed, at any depth. */
export function damaged<T>(whole: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc
    .tuple(whole, fc.array(damage, { minLength: 1, maxLength: 3 }))
    .map(([sound, damages]) => {
      const broken = structuredClone(sound);
      damages.forEach(entry => apply(broken, entry));
      return broken;
    });
}

function apply(root: unknown, { at, how, by }: Damage): void {
  let here: unknown = root;
  for (const [depth, number] of at.entries()) {
    if (here === null || typeof here !== 'object') return;
    const keys = Object.keys(here);
    if (keys.length === 0) return;
    const key = keys[number % keys.length];
    const inner: unknown = Reflect.get(here, key);
    const isLast =
      depth === at.length - 1 || inner === null || typeof inner !== 'object';
    // Files are not taken away as a whole: nothing would be left to look at.
    if (!isLast || depth === 0) {
      here = inner;
      continue;
    }
    if (how !== 'replace') Reflect.deleteProperty(here, key);
    if (how !== 'remove') {
      Object.defineProperty(here, how === 'rename' ? `${key}_x` : key, {
        value: how === 'rename' ? inner : by,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return;
  }
}
