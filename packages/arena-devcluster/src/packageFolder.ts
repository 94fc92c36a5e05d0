import path from 'node:path';

/** A path in the folder of this package. */
export function packageFolder(...parts: string[]): string {
  return path.resolve(
    path.dirname(
      require.resolve('@backstage-arena/arena-devcluster/package.json'),
    ),
    ...parts,
  );
}

/** A path in the repository. */
export function repositoryFolder(...parts: string[]): string {
  return packageFolder('..', '..', ...parts);
}
