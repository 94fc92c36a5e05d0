// Three people in one portal whose permission policy tells them apart, each in a browser of their own; and two of them at the same thing.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser } from '../../scripts/lib/browser.mjs';
import {
  arenaCommand,
  freePort,
  guestToken,
  startPortal,
} from '../../scripts/lib/portal.mjs';
import { startPostgres } from '../../scripts/lib/postgres.mjs';
import { prepare } from '../../scripts/lib/prepare.mjs';
import { must } from '../../scripts/lib/run.mjs';

const TIMEOUT_MS = 60_000;

const object = (namespace, kind, name, spec) => `
apiVersion: omnia.altairalabs.ai/v1alpha1
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${JSON.stringify(spec)}
`;
const source = namespace =>
  object(namespace, 'ArenaSource', 'desk', {
    type: 'workspace',
    workspace: { path: 'model-comparison' },
    interval: '1h',
  });
const job = (namespace, name) =>
  object(namespace, 'ArenaJob', name, {
    type: 'evaluation',
    sourceRef: { name: 'desk' },
  });

let prepared;
let directory;
let postgres;
let portal;
let browser;
let log = '';
const pages = {};
const tokens = {};

before(async () => {
  prepared = await prepare();
  directory = await mkdtemp(path.join(tmpdir(), 'arena-roles-'));
  if (!process.env.ARENA_TEST_POSTGRES)
    postgres = await startPostgres(prepared);
  portal = await startPortal(prepared, {
    port: await freePort(),
    entry: 'tests/browser/lib/rolesBackend.ts',
    database: postgres?.url ?? process.env.ARENA_TEST_POSTGRES,
    dataDirectory: directory,
    env: { APP_CONFIG_permission_enabled: 'true' },
    onLog: text => {
      log = (log + text).slice(-50_000);
    },
  }).catch(error => {
    throw new Error(`${error.message}\n${log}`);
  });
  browser = await openBrowser({
    executablePath: process.env.CHROMIUM_PATH,
    screenshots: process.env.ARENA_SCREENSHOTS,
  });
  for (const user of ['vera', 'otto', 'anna']) {
    const headers = { 'x-forwarded-user': user };
    tokens[user] = await guestToken(portal.url, headers);
    pages[user] = await browser.signIn(portal.url, { headers });
    pages[user].setDefaultTimeout(TIMEOUT_MS);
  }
  await apply(
    'anna',
    source('default'),
    source('secret'),
    job('secret', 'plan'),
  );
  await apply('anna', job('default', 'exam'));
  await apply('otto', job('default', 'homework'));
  for (const [namespace, name] of [
    ['default', 'exam'],
    ['default', 'homework'],
    ['secret', 'plan'],
  ]) {
    await arena('anna', [
      'wait',
      `arenajob/${name}`,
      '--for=phase=Failed',
      '-n',
      namespace,
      '--timeout=120s',
    ]);
  }
});

after(async () => {
  await browser?.close();
  await portal?.stop();
  await postgres?.stop();
  if (directory) await rm(directory, { recursive: true, force: true });
});

test('everybody sees the jobs that they may read', async () => {
  for (const [user, seen] of [
    ['vera', ['exam', 'homework']],
    ['otto', ['exam', 'homework']],
    ['anna', ['exam', 'homework', 'plan']],
  ]) {
    const page = pages[user];
    await page.goto(`${portal.url}/arena/jobs`);
    await page.getByRole('row', { name: /^homework/ }).waitFor();
    for (const name of ['exam', 'homework', 'plan']) {
      assert.equal(
        await page.getByRole('row', { name: new RegExp(`^${name}`) }).count(),
        seen.includes(name) ? 1 : 0,
        `${name} for ${user}`,
      );
    }
    assert.equal(
      await page.getByRole('link', { name: 'New job' }).count(),
      user === 'vera' ? 0 : 1,
      `New job for ${user}`,
    );
    await browser.screenshot(page, `roles-jobs-${user}`);
  }
});

test('what one may not read is not there, whatever the address', async () => {
  await pages.vera.goto(addressOf('secret', 'plan'));
  await pages.vera.getByText('There is no job plan').first().waitFor();
  const denied = await call('vera', 'secret', 'arenajobs/plan');
  assert.equal(denied.status, 404);
  const read = await call('anna', 'secret', 'arenajobs/plan');
  assert.equal(read.status, 200);
});

test('a reader sees results, not what was said, and can change nothing', async () => {
  const page = pages.vera;
  await page.goto(`${addressOf('default', 'exam')}?tab=items&item=0`);
  const dialog = page.getByRole('dialog');
  await dialog.getByText('You may not read transcripts').waitFor();
  assert.equal(await dialog.getByText('Write a comment').count(), 0);
  await browser.screenshot(page, 'roles-transcript-vera');
  await page.goto(addressOf('default', 'exam'));
  await page.getByRole('grid').waitFor();
  assert.equal(
    await page.getByRole('button', { name: 'Run again' }).count(),
    0,
  );
  for (const [method, at] of [
    ['POST', 'arenajobs/exam/rerun'],
    ['POST', 'arenajobs/exam/cancel'],
    ['DELETE', 'arenajobs/exam'],
  ]) {
    const { status } = await call('vera', 'default', at, { method });
    assert.equal(status, 403, `${method} ${at}`);
  }
});

test('an owner runs what is theirs, and reads what is of others', async () => {
  const page = pages.otto;
  await page.goto(addressOf('default', 'homework'));
  await page.getByRole('button', { name: 'Run again' }).waitFor();
  await page.goto(`${addressOf('default', 'exam')}?tab=items&item=0`);
  await page.getByRole('dialog').getByText('Assistant').first().waitFor();
  await page.keyboard.press('Escape');
  await page.goto(addressOf('default', 'exam'));
  await page.getByRole('grid').waitFor();
  assert.equal(
    await page.getByRole('button', { name: 'Run again' }).count(),
    0,
  );
  const { status } = await call('otto', 'default', 'arenajobs/exam/rerun', {
    method: 'POST',
  });
  assert.equal(status, 403);
});

test('two browsers agree without being reloaded', async t => {
  const { otto, anna } = pages;
  await otto.goto(addressOf('default', 'homework'));
  await anna.goto(`${portal.url}/arena/jobs`);
  await anna.getByRole('row', { name: /^homework/ }).waitFor();
  let seen = whenShown(anna, 'homework-rerun-');
  await otto.getByRole('button', { name: 'Run again' }).click();
  let clicked = Date.now();
  const again = anna.getByRole('row', { name: /^homework-rerun-/ });
  const [own, other] = await Promise.all([
    otto.waitForURL('**/homework-rerun-*').then(() => Date.now()),
    seen,
  ]);
  t.diagnostic(
    `A new job: its author sees it after ${own - clicked} ms, others after ${
      other - clicked
    } ms`,
  );
  await again.getByText('Failed').waitFor();

  // They talk about a test.
  const item = `${addressOf('default', 'exam')}?tab=items&item=0`;
  await otto.goto(item);
  await anna.goto(item);
  const said = 'The mock knows nothing of belts.';
  const heard = anna.getByRole('dialog').getByText(said);
  const field = otto.getByRole('textbox', { name: 'Write a comment' });
  await field.fill(said);
  await anna.getByRole('textbox', { name: 'Write a comment' }).waitFor();
  seen = whenShown(anna, said);
  await otto.getByRole('button', { name: 'Comment', exact: true }).click();
  clicked = Date.now();
  t.diagnostic(`A comment is seen after ${(await seen) - clicked} ms`);
  await heard.waitFor();
});

test('no page threw an error', () => {
  assert.deepEqual(browser.errors, []);
});

/** The time at which a page shows a text. Playwright itself looks only twice a second. */
async function whenShown(page, text) {
  return page.evaluate(
    wanted =>
      new Promise(resolve => {
        const look = () => {
          if (document.body.innerText.includes(wanted)) resolve(Date.now());
        };
        new MutationObserver(look).observe(document.body, {
          subtree: true,
          childList: true,
          characterData: true,
        });
        look();
      }),
    text,
  );
}

function addressOf(namespace, name) {
  return `${portal.url}/arena/jobs/embedded/${namespace}/${name}`;
}

async function apply(user, ...objects) {
  const file = path.join(directory, 'objects.yaml');
  await writeFile(file, objects.join('---'));
  await arena(user, ['apply', '-f', file]);
}

async function arena(user, args) {
  const {
    command,
    args: all,
    env,
  } = arenaCommand(prepared, { url: portal.url, token: tokens[user] }, args);
  await must(command, all, { env, quiet: true });
}

function call(user, namespace, at, options = {}) {
  return fetch(
    `${portal.url}/api/arena/v1/clusters/embedded/namespaces/${namespace}/${at}`,
    { ...options, headers: { Authorization: `Bearer ${tokens[user]}` } },
  );
}
