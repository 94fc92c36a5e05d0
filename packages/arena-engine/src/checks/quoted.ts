/** Texts as an explanation lists them. */
export function quoted(texts: readonly string[]): string {
  return texts.map(text => JSON.stringify(text)).join(', ');
}
