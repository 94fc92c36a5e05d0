import { Bundle, LoadBundleOptions } from '../Engine';
import { COMPATIBLE, STRICT } from '../quirks/quirks';
import { LoadedBundle } from './LoadedBundle';
import { readBundle } from './readBundle';

/**
 * Loads a bundle from a folder and checks all files that its arena file names.
 *
 * @throws BundleError with every fault, each with file, line and column.
 * @public
 */
export async function loadBundle(
  directory: string,
  options: LoadBundleOptions = {},
): Promise<Bundle> {
  const quirks = options.compat ? COMPATIBLE : STRICT;
  return new LoadedBundle(await readBundle(directory, options), quirks);
}
