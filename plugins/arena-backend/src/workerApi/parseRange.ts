/** A range that a client asks for, of a content whose size it may not know. */
export interface WantedRange {
  /** First and last byte, or undefined when the content has none of the wanted ones. */
  within(size: number): { start: number; end: number } | undefined;
}

/**
 * Reads a `Range` header. Only a single range is understood; others are ignored, as HTTP allows, so that the whole content is
 * sent.
 */
export function parseRange(
  header: string | undefined,
): WantedRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [first, last] = [match[1], match[2]];
  if (first !== '' && last !== '' && Number(last) < Number(first)) {
    return undefined;
  }
  return {
    within(size) {
      const start =
        first === '' ? Math.max(0, size - Number(last)) : Number(first);
      const end =
        first === '' || last === ''
          ? size - 1
          : Math.min(Number(last), size - 1);
      return start <= end ? { start, end } : undefined;
    },
  };
}
