import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../lib/paths.mjs';
import { publishedPackages } from '../lib/publishedPackages.mjs';
import { run } from '../lib/run.mjs';

/**
 * Makes the reports of the public API anew and compares them with those in the repository.
 *
 * Lines are compared without their order: in what order the compiler names the members of a union depends on everything else that it has seen, and
 * changes with code that has nothing to do with the API. When only the order differs, the files stay as they were.
 *
 * @returns {Promise<{ code: number, output: string }>} status 0 when they say the same
 */
export async function apiReports({ node, env, yarn }) {
  const folders = await publishedPackages();
  const before = await readReports(folders);
  const made = await run(
    node,
    [
      yarn,
      'backstage-repo-tools',
      'api-reports',
      // Members that speak for themselves, and how workspaces link to their sources.
      '-o',
      'ae-wrong-input-file-type,ae-undocumented',
      ...folders,
    ],
    { cwd: root, env, quiet: true, what: 'API reports' },
  );
  if (made.code !== 0) return made;
  const changed = [];
  for (const [file, text] of await readReports(folders)) {
    const old = before.get(file);
    if (old === text) continue;
    if (old !== undefined && sorted(old) === sorted(text)) {
      await writeFile(path.join(root, file), old);
    } else {
      changed.push(file);
    }
  }
  if (changed.length === 0) return { code: 0, output: '' };
  const output = `The public API has changed; look at the difference and commit: ${changed.join(
    ', ',
  )}\n`;
  process.stdout.write(output);
  return { code: 1, output };
}

function sorted(text) {
  return text.split('\n').sort().join('\n');
}

async function readReports(folders) {
  const reports = new Map();
  for (const folder of folders) {
    for (const name of await readdir(path.join(root, folder))) {
      if (!/^report.*\.api\.md$/.test(name)) continue;
      const file = path.join(folder, name);
      reports.set(file, await readFile(path.join(root, file), 'utf8'));
    }
  }
  return reports;
}
