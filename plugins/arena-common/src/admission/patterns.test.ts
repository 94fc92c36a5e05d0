import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

const CRDS = resolve(__dirname, '../../../../crds');
const LENGTH = 50_000;

/** What makes a careless pattern try again and again: long, nearly right, and wrong at the end. */
const NEARLY_RIGHT = [
  'a',
  '1',
  '-',
  '.',
  '/',
  ' ',
  '*',
  'a-',
  'a.',
  'a/',
  '1h',
  '1h1m',
  'A_',
  '{',
  '\\',
  '* ',
  '1,',
  ':',
  '@',
].flatMap(piece => [
  piece.repeat(LENGTH / piece.length),
  `${piece.repeat(LENGTH / piece.length)}\n`,
  `a${piece.repeat(LENGTH / piece.length)}!`,
  `https://${piece.repeat(LENGTH / piece.length)}\0`,
]);

function patternsIn(value: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) value.forEach(each => patternsIn(each, found));
  else if (value && typeof value === 'object') {
    for (const [key, child] of Object.entries(value)) {
      if (key === 'pattern' && typeof child === 'string') found.add(child);
      else patternsIn(child, found);
    }
  }
  return found;
}

it('no pattern of an object takes long for a text made to hurt', () => {
  const patterns = patternsIn(
    readdirSync(CRDS)
      .filter(name => name.endsWith('.yaml'))
      .map(name => parse(readFileSync(join(CRDS, name), 'utf8'))),
  );
  expect(patterns.size).toBeGreaterThan(5);
  const slow = [...patterns].flatMap(source => {
    const pattern = new RegExp(source);
    return NEARLY_RIGHT.flatMap(text => {
      const start = performance.now();
      pattern.test(text);
      const ms = performance.now() - start;
      return ms > 1_000
        ? [`${source}: ${ms} ms for ${text.slice(0, 12)}...`]
        : [];
    });
  });
  expect(slow).toEqual([]);
});
