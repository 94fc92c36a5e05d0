// What the documentation says exists, and what it tells readers to write works.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import {
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/lib/paths.mjs';
import { prepare } from '../../scripts/lib/prepare.mjs';
import { run } from '../../scripts/lib/run.mjs';

async function pages() {
  const found = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md'];
  for (const name of await readdir(path.join(root, 'docs'), {
    recursive: true,
  })) {
    if (name.endsWith('.md')) found.push(path.join('docs', name));
  }
  for (const parent of ['packages', 'plugins']) {
    for (const name of await readdir(path.join(root, parent))) {
      const page = path.join(parent, name, 'README.md');
      if (existsSync(path.join(root, page))) found.push(page);
    }
  }
  return found;
}

test('every relative link leads somewhere', async () => {
  const broken = [];
  for (const page of await pages()) {
    const text = await readFile(path.join(root, page), 'utf8');
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target) || target.startsWith('#')) continue;
      const file = path.resolve(root, path.dirname(page), target.split('#')[0]);
      if (!existsSync(file)) broken.push(`${page}: ${target}`);
    }
  }
  assert.deepEqual(broken, []);
});

for (const [what, page] of [
  ['a hazard', 'docs/kubernetes-hazards.md'],
  ['a part that is missing', 'docs/operations.md'],
  ['a threat', 'docs/security.md'],
  ['what it should', 'docs/coverage.md'],
]) {
  test(`every test that covers ${what} exists`, async () => {
    const text = await readFile(path.join(root, page), 'utf8');
    const named = [
      ...text.matchAll(/`((?:packages|plugins|tests)\/[^`]+)`: ([^;|(]+)/g),
    ];
    assert.ok(named.length > 10);
    const missing = [];
    for (const [, file, title] of named) {
      const code = await readFile(path.join(root, file), 'utf8').catch(
        () => '',
      );
      if (!code.includes(title.trim()))
        missing.push(`${file}: ${title.trim()}`);
    }
    assert.deepEqual(missing, []);
  });
}

test('the bundle of "Getting started" is valid and passes', async () => {
  const { node, env } = await prepare();
  const text = await readFile(
    path.join(root, 'docs/getting-started.md'),
    'utf8',
  );
  const directory = await mkdtemp(path.join(tmpdir(), 'arena-docs-'));
  try {
    const files = [
      ...text.matchAll(/```yaml\n# (bundles\/\S+)\n([\s\S]*?)```/g),
    ];
    assert.equal(files.length, 5);
    for (const [, name, content] of files) {
      const file = path.join(directory, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    const arena = path.join(root, 'packages/arena-worker/bin/arena');
    for (const args of [
      ['validate', 'bundles/greeter'],
      ['run', '-c', 'bundles/greeter', '--ci', '-o', 'out'],
    ]) {
      const { code, output } = await run(node, [arena, ...args], {
        cwd: directory,
        env: { ...env, INIT_CWD: directory },
        quiet: true,
      });
      assert.equal(code, 0, output);
    }
    const { summary } = JSON.parse(
      await readFile(path.join(directory, 'out/results.json'), 'utf8'),
    );
    assert.equal(summary.passed, 1);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
