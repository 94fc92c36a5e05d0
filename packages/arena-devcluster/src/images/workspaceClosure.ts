import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { repositoryFolder } from '../packageFolder';

/** A package of this repository. */
export interface Workspace {
  name: string;
  version: string;
  folder: string;
}

interface Manifest {
  name: string;
  version: string;
  dependencies?: Record<string, string>;
}

/** A package of this repository and those that it needs in production, sorted by name. */
export async function workspaceClosure(name: string): Promise<Workspace[]> {
  const all = await listWorkspaces();
  const found = new Map<string, Workspace>();
  const add = (each: string) => {
    const entry = all.get(each);
    if (!entry || found.has(each)) return;
    const { manifest, folder } = entry;
    found.set(each, { name: each, version: manifest.version, folder });
    Object.keys(manifest.dependencies ?? {}).forEach(add);
  };
  add(name);
  if (found.size === 0) {
    throw new Error(`This repository has no package '${name}'`);
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function listWorkspaces() {
  const all = new Map<string, { manifest: Manifest; folder: string }>();
  for (const parent of ['packages', 'plugins']) {
    for (const each of await readdir(repositoryFolder(parent))) {
      const folder = repositoryFolder(parent, each);
      const file = path.join(folder, 'package.json');
      const text = await readFile(file, 'utf8').catch(error => {
        if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
        return undefined;
      });
      if (text === undefined) continue;
      const manifest: Manifest = JSON.parse(text);
      all.set(manifest.name, { manifest, folder });
    }
  }
  return all;
}
