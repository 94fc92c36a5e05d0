/** Comma lists and repetitions of a flag add up. */
export function list(value: string, previous: string[] | undefined): string[] {
  const names = value
    .split(',')
    .map(name => name.trim())
    .filter(Boolean);
  return [...(previous ?? []), ...names];
}
