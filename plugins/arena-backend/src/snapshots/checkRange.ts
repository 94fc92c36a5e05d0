import { InputError } from '@backstage/errors';

/** Both ends count, as in a Range header. @throws InputError */
export function checkRange(
  range: { start: number; end?: number } | undefined,
  size: number,
): { start: number; end: number } {
  if (!range) {
    return { start: 0, end: size - 1 };
  }
  const { start } = range;
  const end = Math.min(range.end ?? size - 1, size - 1);
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  if (!whole || start < 0 || start > end) {
    throw new InputError(
      `range: Invalid value: ${start}-${
        range.end ?? ''
      }: must lie within the ${size} bytes of the snapshot`,
    );
  }
  return { start, end };
}
