/** UTF-8 as text, or undefined for what is no text. @param options.truncated - the last character may be half of one */
export function decodeText(
  content: Buffer,
  options: { truncated?: boolean } = {},
): string | undefined {
  if (content.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content, {
      stream: options.truncated,
    });
  } catch {
    return undefined;
  }
}
