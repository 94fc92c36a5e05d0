import path from 'node:path';
import { BundleContent } from './BundleContent';

/** The folder that media and mock files are named from, absolute. */
export function configFolder({
  directory,
  arenaFile,
  arena,
}: Pick<BundleContent, 'directory' | 'arenaFile' | 'arena'>): string {
  return path.join(
    directory,
    path.dirname(arenaFile),
    arena.defaults.config_dir ?? '.',
  );
}
