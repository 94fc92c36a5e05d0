import { say } from '../lib/log.mjs';
import { root } from '../lib/paths.mjs';
import { nodeTest } from '../lib/nodeTest.mjs';
import { run } from '../lib/run.mjs';
import path from 'node:path';
import { readFile, readdir, rm } from 'node:fs/promises';

/** Types, lint, formatting, API reports, configuration and documentation. */
export async function staticChecks({ node, env }) {
  const yarn = path.join(root, '.yarn', 'releases', 'yarn-4.13.0.cjs');
  const checks = {
    'types (tsc)': ['tsc', '--pretty', 'false'],
    'lint (eslint)': ['backstage-cli', 'repo', 'lint', '--max-warnings', '0'],
    'formatting (prettier)': ['prettier', '--check', '.'],
    'API reports': [
      'backstage-repo-tools',
      'api-reports',
      '--ci',
      // Members that speak for themselves, and how workspaces link to their sources.
      '-o',
      'ae-wrong-input-file-type,ae-undocumented',
      ...(await publishedPackages()),
    ],
    'configuration (app-config.yaml)': [
      'backstage-cli',
      'config:check',
      '--lax',
      '--config',
      'app-config.yaml',
    ],
  };
  // The order of names in declarations depends on what was compiled before: a report is of a whole compilation.
  await rm(path.join(root, 'dist-types'), { recursive: true, force: true });
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [what, args] of Object.entries(checks)) {
    const { code } = await run(node, [yarn, ...args], {
      cwd: root,
      env,
      quiet: true,
      what,
    });
    counts[code === 0 ? 'passed' : 'failed'] += 1;
    say(`  ${code === 0 ? 'ok' : 'FAILED'}: ${what}`);
  }
  const docs = await nodeTest(
    { node, env },
    { files: ['tests/docs/docs.test.mjs'] },
  );
  for (const key of Object.keys(counts)) counts[key] += docs[key];
  return counts;
}

/** Folders of the packages that others install. */
async function publishedPackages() {
  const folders = [];
  for (const parent of ['packages', 'plugins']) {
    for (const name of await readdir(path.join(root, parent))) {
      const folder = path.join(parent, name);
      const manifest = JSON.parse(
        await readFile(path.join(root, folder, 'package.json'), 'utf8'),
      );
      if (!manifest.private) folders.push(folder);
    }
  }
  return folders;
}
