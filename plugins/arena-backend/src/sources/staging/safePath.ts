import { SourceFetchError } from '@backstage-arena/plugin-arena-node';

const MAX_PATH_BYTES = 1024;
const MAX_NAME_BYTES = 255;

/**
 * A path from elsewhere as one inside the bundle, with slashes and without dots.
 *
 * @throws SourceFetchError with reason `UnsafePath` when it would leave the bundle, or no disk could have it
 */
export function safePath(path: string): string {
  const steps = path
    .replace(/\/+$/, '')
    .split('/')
    .filter(step => step !== '.');
  const isUnsafe =
    path.startsWith('/') ||
    /^[A-Za-z]:/.test(path) ||
    path.includes('\\') ||
    path.includes('\0') ||
    path.includes('\uFFFD') ||
    Buffer.byteLength(path) > MAX_PATH_BYTES ||
    steps.length === 0 ||
    steps.some(
      step =>
        step === '' ||
        step === '..' ||
        Buffer.byteLength(step) > MAX_NAME_BYTES,
    );
  if (isUnsafe) {
    throw new SourceFetchError(
      'UnsafePath',
      `The path ${JSON.stringify(
        path.slice(0, 200),
      )} cannot be in a bundle: allowed are relative paths with slashes, without "..", of valid UTF-8`,
    );
  }
  return steps.join('/');
}
