import { existsSync } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../cli/errors';
import { resolveFromCaller } from '../cli/paths';

/** Something that can be validated. */
export interface Target {
  sort: 'bundle' | 'manifest' | 'objects';
  /** As the user named it, or below what the user named. */
  path: string;
}

const ARENA_FILE = 'config.arena.yaml';
/** Enough to hold the kind of any file. */
const HEAD_BYTES = 64 * 1024;
const OBJECT_FILE = /\.(ya?ml|json)$/;

/** Kinds of bundles and kinds of objects share names: the group of the API tells them apart. */
const BUNDLE_GROUP = 'promptkit.altairalabs.ai/';

/**
 * Tells bundles from API objects: a folder with an arena file is a bundle, other folders are searched for all sorts; a file of
 * the kind Arena stands for its bundle, one of another kind of bundles for itself, others hold objects.
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
  const targets: Target[] = [];
  for (const entry of files) {
    const sort = await sortOfFile(join(absolute, entry.name));
    targets.push({ sort, path: join(path, entry.name) });
  }
  for (const entry of entries) {
    if (entry.isDirectory() && !entry.name.startsWith('.')) {
      targets.push(...(await searchFolder(join(path, entry.name))));
    }
  }
  return targets;
}

/** Looks at the text alone: whatever the file is, it is parsed by those who report what is wrong with it. */
async function sortOfFile(file: string): Promise<Target['sort']> {
  const handle = await open(file);
  let head: string;
  try {
    const { buffer, bytesRead } = await handle.read({
      buffer: Buffer.alloc(HEAD_BYTES),
    });
    head = buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await handle.close();
  }
  const kind = topLevelValue(head, 'kind');
  if (kind === 'Arena') return 'bundle';
  return topLevelValue(head, 'apiVersion')?.startsWith(BUNDLE_GROUP)
    ? 'manifest'
    : 'objects';
}

function topLevelValue(text: string, key: string): string | undefined {
  return new RegExp(`^${key}:\\s*["']?([^\\s"'#]+)`, 'm').exec(text)?.[1];
}
