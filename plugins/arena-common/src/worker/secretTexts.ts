/**
 * The texts that must not be shown when `value` is secret: a slot may hold the complete value of a header, whose token alone is secret as
 * well.
 *
 * @public
 */
export function secretTexts(value: string): string[] {
  const token = /^(?:Bearer|Basic) (\S+)$/.exec(value)?.[1];
  return token ? [value, token] : [value];
}
