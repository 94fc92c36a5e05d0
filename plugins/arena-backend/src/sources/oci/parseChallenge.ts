/** What a registry asks for in `WWW-Authenticate`. */
export interface AuthChallenge {
  scheme: 'bearer' | 'basic';
  params: Record<string, string>;
}

/** The first challenge that can be answered. Bearer comes first where both are offered. */
export function parseChallenge(
  header: string | undefined,
): AuthChallenge | undefined {
  const text = header ?? '';
  for (const scheme of ['bearer', 'basic'] as const) {
    const start = new RegExp(`(?:^|,\\s*)${scheme}(?:\\s+|$)`, 'i').exec(text);
    if (!start) continue;
    const params: Record<string, string> = {};
    const rest = text.slice(start.index + start[0].length);
    for (const [, name, quoted, plain] of rest.matchAll(
      /([A-Za-z_]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g,
    )) {
      params[name.toLowerCase()] ??=
        quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1');
    }
    return { scheme, params };
  }
  return undefined;
}
