import { BundleError, LoadBundleOptions } from '../Engine';
import { adviseOn } from './advice';
import { BundleContent } from './BundleContent';
import { BundleLoad } from './BundleLoad';
import { BundleReader } from './BundleReader';
import { arenaSchema } from './schemas/arena';

/**
 * Reads a bundle from its folder, with all files that its arena file names.
 *
 * @throws BundleError with every fault that was found, each at its place.
 */
export async function readBundle(
  directory: string,
  options: LoadBundleOptions,
): Promise<BundleContent> {
  const arenaFile = options.arenaFile ?? 'config.arena.yaml';
  let reader: BundleReader;
  try {
    reader = await BundleReader.open(directory);
  } catch (error) {
    throw new BundleError(`The bundle folder cannot be read: ${error}`, [
      { severity: 'error', file: arenaFile, message: String(error) },
    ]);
  }
  const arena = await reader.read(arenaFile, arenaSchema);
  if (!arena) throw failure(reader);
  const load = new BundleLoad(reader, arena.yaml, arena.value.spec, arenaFile);
  const content = await load.run();
  if (reader.problems.length > 0) throw failure(reader);
  content.warnings.push(...adviseOn(content));
  return content;
}

function failure(reader: BundleReader): BundleError {
  const count = reader.problems.length;
  const first = reader.problems[0];
  const place = first.line
    ? `${first.file}:${first.line}:${first.column}`
    : first.file;
  const more = count > 1 ? ` (and ${count - 1} more)` : '';
  const hint = first.suggestion ? `. Did you mean "${first.suggestion}"?` : '';
  const field = first.field ? ` ${first.field}:` : '';
  return new BundleError(
    `${place}:${field} ${first.message}${hint}${more}`,
    reader.problems,
  );
}
