import { randomInt } from 'node:crypto';

/** No vowels, no 0, 1 and 3: nothing that reads like a word or like another character. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
const MAX_PREFIX_LENGTH = 63 - SUFFIX_LENGTH;

/** A name that begins as asked for and ends in five random characters. */
export function generateName(prefix: string): string {
  const suffix = Array.from(
    { length: SUFFIX_LENGTH },
    () => ALPHABET[randomInt(ALPHABET.length)],
  ).join('');
  return `${prefix.slice(0, MAX_PREFIX_LENGTH)}${suffix}`;
}
