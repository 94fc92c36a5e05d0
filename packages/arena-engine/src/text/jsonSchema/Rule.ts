/** What may be spent on one value: schemas can multiply without end. */
export interface Work {
  left: number;
}

/** Says what is wrong with a value, in words. */
export type Rule = (value: unknown, at: string, work: Work) => string[];

export const HOLDS: Rule = () => [];

/** All of several rules. */
export function all(rules: readonly Rule[]): Rule {
  if (rules.length === 1) return rules[0];
  return (value, at, work) => rules.flatMap(rule => rule(value, at, work));
}

/** A rule for one kind of value; the others are fine. */
export function onlyFor<T>(
  isKind: (value: unknown) => value is T,
  says: (value: T, at: string, work: Work) => string | string[] | undefined,
): Rule {
  return (value, at, work) => {
    if (!isKind(value)) return [];
    const found = says(value, at, work) ?? [];
    return typeof found === 'string' ? [`${at}: ${found}`] : found;
  };
}
