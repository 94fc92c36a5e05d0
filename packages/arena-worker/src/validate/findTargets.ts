import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { CliError } from '../cli/errors';
import { resolveFromCaller } from '../cli/paths';

/** Something that can be validated. */
export interface Target {
  sort: 'bundle' | 'objects';
  /** As the user named it, or below what the user named. */
  path: string;
}

const ARENA_FILE = 'config.arena.yaml';
const OBJECT_FILE = /\.(ya?ml|json)$/;

/**
 * Tells bundles from API objects: a folder with an arena file is a bundle, other folders are searched for both; a file that begins
 * with `kind: Arena` is a bundle's, others hold objects.
 */
export async function findTargets(path: string): Promise<Target[]> {
  if (path === '-') return [{ sort: 'objects', path }];
  const absolute = resolveFromCaller(path);
  const info = await stat(absolute).catch(error => {
    throw new CliError(`'${path}' cannot be read: ${error.message}`);
  });
  if (!info.isDirectory()) {
    return [{ sort: await sortOfFile(absolute), path }];
  }
  const targets = await searchFolder(path);
  if (targets.length === 0) {
    throw new CliError(
      `'${path}' has neither a bundle (${ARENA_FILE}) nor .yaml, .yml or .json files`,
    );
  }
  return targets;
}

async function searchFolder(path: string): Promise<Target[]> {
  const absolute = resolveFromCaller(path);
  if (existsSync(join(absolute, ARENA_FILE))) return [{ sort: 'bundle', path }];
  const entries = await readdir(absolute, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = entries.filter(
    entry => entry.isFile() && OBJECT_FILE.test(entry.name),
  );
  const arenaFiles = files.filter(entry => /\.arena\.ya?ml$/.test(entry.name));
  if (arenaFiles.length > 0) {
    return arenaFiles.map(entry => ({
      sort: 'bundle',
      path: join(path, entry.name),
    }));
  }
  const targets: Target[] = files.map(entry => ({
    sort: 'objects',
    path: join(path, entry.name),
  }));
  for (const entry of entries) {
    if (entry.isDirectory() && !entry.name.startsWith('.')) {
      targets.push(...(await searchFolder(join(path, entry.name))));
    }
  }
  return targets;
}

async function sortOfFile(file: string): Promise<Target['sort']> {
  const documents = parseAllDocuments(await readFile(file, 'utf8'), {
    logLevel: 'silent',
  });
  const [first] = Array.isArray(documents) ? documents : [];
  return first?.get('kind') === 'Arena' ? 'bundle' : 'objects';
}
