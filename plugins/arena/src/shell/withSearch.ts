/** Appends search parameters to an address. */
export function withSearch(
  href: string,
  search: Record<string, string> = {},
): string {
  const text = new URLSearchParams(search).toString();
  return text ? `${href}?${text}` : href;
}
