const MIN_DIGITS = 13;
const MAX_DIGITS = 19;

/**
 * Where card numbers are in a run of groups of digits: groups that follow one another, 13 to 19 digits together, whose check digit (Luhn) is
 * right. What stands beside them, such as the day until which a card is good, does not hide them.
 */
export function cardNumbersIn(
  text: string,
): Array<[start: number, end: number]> {
  const groups = [...text.matchAll(/\d+/g)].map(({ 0: digits, index }) => ({
    digits,
    start: index,
    end: index + digits.length,
  }));
  const found: Array<[number, number]> = [];
  let first = 0;
  while (first < groups.length) {
    const last = longestFrom(groups, first);
    if (last === undefined) {
      first += 1;
    } else {
      found.push([groups[first].start, groups[last].end]);
      first = last + 1;
    }
  }
  return found;
}

function longestFrom(
  groups: ReadonlyArray<{ digits: string }>,
  first: number,
): number | undefined {
  let digits = '';
  let longest: number | undefined;
  for (let last = first; last < groups.length; last += 1) {
    digits += groups[last].digits;
    if (digits.length > MAX_DIGITS) break;
    if (digits.length >= MIN_DIGITS && isValid(digits)) longest = last;
  }
  return longest;
}

function isValid(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
