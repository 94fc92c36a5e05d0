/**
 * Whether a list of hosts has one.
 *
 * @param host - Name or address, without a port
 * @param list - Names, addresses, `*.suffix`, and `*` for any
 */
export function isListedHost(host: string, list: readonly string[]): boolean {
  const wanted = plain(host);
  return list
    .map(plain)
    .some(
      entry =>
        entry === '*' ||
        (entry.startsWith('*.')
          ? wanted.endsWith(entry.slice(1))
          : wanted === entry),
    );
}

/** Without the brackets of an address and the dot at the end of a full name. */
function plain(host: string): string {
  return host
    .trim()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}
