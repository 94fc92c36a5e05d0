import { MediaPart } from '../../conversation/messages';

/** Largest content whose header is read. */
const MAX_BYTES = 32 * 1024 * 1024;

/** The bytes of a part, or the reason why there are none to read. */
export function contentOf({ data, url }: MediaPart): Buffer | string {
  if (data === undefined) {
    return url === undefined
      ? 'there is no content'
      : 'only an address is known, not the content';
  }
  return data.length > (MAX_BYTES / 3) * 4
    ? `the content is larger than ${MAX_BYTES} bytes`
    : Buffer.from(data, 'base64');
}
