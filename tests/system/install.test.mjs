// Our packages, packed as they would be published, in a portal freshly made by @backstage/create-app, following the README word for word.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  appendFile,
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { freePort, guestToken } from '../../scripts/lib/portal.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { prepare } from '../../scripts/lib/prepare.mjs';
import { verifiedBlocks } from '../../scripts/lib/readme.mjs';
import { startRegistry } from '../../scripts/lib/registry.mjs';
import { must } from '../../scripts/lib/run.mjs';

const CREATE_APP = '@backstage/create-app@0.9.2';
const JOB_TIMEOUT_MS = 120_000;

let prepared;
let work;
let portal;
let registry;
let env;

before(async () => {
  prepared = await prepare();
  work = await mkdtemp(path.join(tmpdir(), 'arena-install-'));
  portal = path.join(work, 'portal');
  const bin = path.join(work, 'bin');
  await mkdir(bin);
  await writeFile(
    path.join(bin, 'yarn'),
    `#!/bin/sh\nexec "${prepared.node}" "${root}/.yarn/releases/yarn-4.13.0.cjs" "$@"\n`,
  );
  await chmod(path.join(bin, 'yarn'), 0o755);
  env = {
    ...prepared.env,
    PATH: `${bin}${path.delimiter}${prepared.env.PATH}`,
    CI: 'true',
  };
});

after(async () => {
  await registry?.stop();
  await rm(work, { recursive: true, force: true });
});

test('the packages can be packed', { timeout: 600_000 }, async () => {
  // Declarations, from which each package's own are made; anew, because what an interrupted compilation left is believed.
  await rm(path.join(root, 'dist-types'), { recursive: true, force: true });
  await prepared.yarn(['tsc', '--pretty', 'false'], {
    quiet: true,
    what: 'tsc',
  });
  const packages = [];
  for (const parent of ['packages', 'plugins']) {
    for (const name of await readdir(path.join(root, parent))) {
      const folder = path.join(root, parent, name);
      const { private: isPrivate, name: packageName } = JSON.parse(
        await readFile(path.join(folder, 'package.json'), 'utf8'),
      );
      if (isPrivate) continue;
      const file = path.join(work, `${name}.tgz`);
      await prepared.yarn(['build'], { cwd: folder, quiet: true });
      await prepared.yarn(['pack', '--out', file], {
        cwd: folder,
        quiet: true,
      });
      const { output } = await must(
        'tar',
        ['xzOf', file, 'package/package.json'],
        { quiet: true },
      );
      const manifest = JSON.parse(output);
      assert.equal(manifest.name, packageName);
      for (const [dependency, range] of Object.entries(
        manifest.dependencies ?? {},
      )) {
        assert.doesNotMatch(range, /^(workspace|link|file):/, dependency);
      }
      packages.push({ manifest, file });
    }
  }
  registry = await startRegistry(packages);
});

test(
  'they install into a fresh portal as the README says',
  { timeout: 900_000 },
  async () => {
    await must(
      'npm',
      [
        'install',
        '--silent',
        '--no-audit',
        '--no-fund',
        '--prefix',
        path.join(work, 'create-app'),
        CREATE_APP,
      ],
      { env, quiet: true, what: `installing ${CREATE_APP}` },
    );
    await must(
      prepared.node,
      [
        path.join(
          work,
          'create-app/node_modules/@backstage/create-app/bin/backstage-create-app',
        ),
        '--path',
        portal,
        '--skip-install',
      ],
      { env: { ...env, BACKSTAGE_APP_NAME: 'portal' }, cwd: work, quiet: true },
    );
    // Releases that are known to be broken are pinned as in this repository; our scope comes from the local registry.
    const manifestFile = path.join(portal, 'package.json');
    const manifest = JSON.parse(await readFile(manifestFile, 'utf8'));
    const { resolutions } = JSON.parse(
      await readFile(path.join(root, 'package.json'), 'utf8'),
    );
    manifest.resolutions = { ...manifest.resolutions, ...resolutions };
    await writeFile(manifestFile, JSON.stringify(manifest, null, 2));
    await appendFile(
      path.join(portal, '.yarnrc.yml'),
      [
        '',
        'enableImmutableInstalls: false',
        'npmScopes:',
        '  backstage-arena:',
        `    npmRegistryServer: ${registry.url}`,
        'unsafeHttpWhitelist:',
        '  - 127.0.0.1',
        '',
      ].join('\n'),
    );

    for (const { action, code } of await verifiedBlocks()) {
      await follow(action, code);
    }
  },
);

test('a job runs there', { timeout: 600_000 }, async () => {
  await cp(
    path.join(root, 'examples/bundles/support-agent'),
    path.join(portal, 'bundles/support-agent'),
    { recursive: true },
  );
  await must('yarn', ['workspace', 'app', 'build'], {
    cwd: portal,
    env,
    quiet: true,
    what: 'building the app',
  });
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const backend = spawn('yarn', ['workspace', 'backend', 'start'], {
    cwd: portal,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...env,
      GITHUB_TOKEN: 'unused',
      APP_CONFIG_app_baseUrl: url,
      APP_CONFIG_backend_baseUrl: url,
      APP_CONFIG_backend_listen_port: String(port),
    },
  });
  let log = '';
  for (const stream of [backend.stdout, backend.stderr]) {
    stream.setEncoding('utf8').on('data', text => (log += text));
  }
  try {
    const token = await retry(
      () => guestToken(url),
      120_000,
      () => log,
    );
    const arena = args =>
      must('yarn', ['workspace', 'backend', 'run', 'arena', ...args], {
        cwd: portal,
        env: { ...env, ARENA_URL: url, ARENA_TOKEN: token },
        quiet: true,
      });
    const objects = path.join(work, 'objects.yaml');
    await writeFile(objects, OBJECTS);
    await arena(['apply', '-f', objects]);
    await arena([
      'wait',
      'arenajob/first',
      '--for=phase=Succeeded',
      '-n',
      'default',
      `--timeout=${JOB_TIMEOUT_MS / 1000}s`,
    ]).catch(error => {
      throw new Error(`${error.message}\n${log.slice(-5_000)}`);
    });
    const page = await fetch(`${url}/arena`);
    assert.equal(page.status, 200);
  } finally {
    process.kill(-backend.pid, 'SIGTERM');
  }
});

const OBJECTS = `
apiVersion: omnia.altairalabs.ai/v1alpha1
kind: ArenaSource
metadata: { name: support-agent, namespace: default }
spec:
  type: workspace
  interval: 5m
  workspace: { path: support-agent }
---
apiVersion: omnia.altairalabs.ai/v1alpha1
kind: ArenaJob
metadata: { name: first, namespace: default }
spec:
  sourceRef: { name: support-agent }
`;

async function follow(action, code) {
  const append = /^append (\S+)$/.exec(action);
  const insert = /^before "(.+)" in (\S+)$/.exec(action);
  if (action === 'run') {
    await must('sh', ['-ec', code], {
      cwd: portal,
      env,
      quiet: true,
      what: code.trim().split('\n')[0],
    });
  } else if (append) {
    await appendFile(path.join(portal, append[1]), `\n${code}`);
  } else if (insert) {
    const file = path.join(portal, insert[2]);
    const text = await readFile(file, 'utf8');
    assert.ok(
      text.includes(insert[1]),
      `${insert[2]} has no line '${insert[1]}'`,
    );
    await writeFile(file, text.replace(insert[1], `${code}\n${insert[1]}`));
  } else {
    throw new Error(`README.md: unknown mark 'verify: ${action}'`);
  }
}

async function retry(action, timeoutMs, detail) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (Date.now() > deadline) {
        throw new Error(`${error.message}\n${detail().slice(-5_000)}`);
      }
      await new Promise(resolve => setTimeout(resolve, 1_000));
    }
  }
}
