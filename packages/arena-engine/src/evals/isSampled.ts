const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Whether a text is among the given share of all texts: always the same answer for the same text. */
export function isSampled(text: string, percentage: number): boolean {
  return (fnv1a(text) % 10_000) / 100 < percentage;
}

/** FNV-1a with 32 bits over the bytes of a text. */
function fnv1a(text: string): number {
  let hash = FNV_OFFSET;
  for (const byte of Buffer.from(text, 'utf8')) {
    hash = Math.imul(hash ^ byte, FNV_PRIME);
  }
  return hash >>> 0;
}
