/** Shorter passwords would tear ordinary words apart. */
const MIN_PASSWORD = 6;

/**
 * The texts that must not be shown when `value` is secret: a slot may hold the complete value of a header, whose token alone is secret as
 * well, and of `Basic` the password in it.
 *
 * @public
 */
export function secretTexts(value: string): string[] {
  const [, scheme, token] = /^(Bearer|Basic) +(\S+)$/i.exec(value) ?? [];
  if (!token) return [value];
  return scheme.toLowerCase() === 'basic'
    ? [value, token, ...passwordTexts(token)]
    : [value, token];
}

/** A pair of user and password, and the password alone. */
function passwordTexts(token: string): string[] {
  const pair = decodeBase64(token);
  const colon = pair?.indexOf(':') ?? -1;
  if (!pair || colon < 0) return [];
  const password = pair.slice(colon + 1);
  return password.length < MIN_PASSWORD ? [pair] : [pair, password];
}

function decodeBase64(text: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), char => char.charCodeAt(0));
    return new TextDecoder().decode(bytes);
  } catch {
    // Then it is no pair.
    return undefined;
  }
}
