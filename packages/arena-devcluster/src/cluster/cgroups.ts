import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { until } from '../process/until';

const ROOT = '/sys/fs/cgroup';

/** Makes the control groups below which pods get theirs. */
export async function makeCgroups(name: string): Promise<void> {
  if (isUnified()) {
    const available = await readFile(`${ROOT}/cgroup.controllers`, 'utf8');
    const enable = available
      .trim()
      .split(/\s+/)
      .map(each => `+${each}`);
    await writeFile(`${ROOT}/cgroup.subtree_control`, enable.join(' '));
    await mkdir(path.join(ROOT, name), { recursive: true });
    return;
  }
  for (const hierarchy of await readdir(ROOT)) {
    if (hierarchy === 'unified') continue;
    const folder = path.join(ROOT, hierarchy, name);
    await mkdir(folder, { recursive: true });
    if (hierarchy !== 'cpuset') continue;
    // A new one is empty, and nothing can run in it.
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      const value = await readFile(path.join(ROOT, hierarchy, file));
      await writeFile(path.join(folder, file), value);
    }
  }
}

/** Removes them, once their processes have ended. */
export async function removeCgroups(name: string): Promise<void> {
  const hierarchies = isUnified() ? [''] : await readdir(ROOT);
  for (const hierarchy of hierarchies) {
    const folder = path.join(ROOT, hierarchy, name);
    await until(`${folder} to be removable`, 10_000, async () => {
      await removeTree(folder);
      return true;
    });
  }
}

/** From the leaves: control groups can be removed one by one only, and the files in them not at all. */
async function removeTree(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeTree(path.join(folder, entry.name));
  }
  await rmdir(folder);
}

function isUnified(): boolean {
  return existsSync(`${ROOT}/cgroup.controllers`);
}
