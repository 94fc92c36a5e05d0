// Two runs side by side, as a person looks for what broke: a regression is seeded into a bundle, and found in three clicks from the jobs page.
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser, violations } from '../../scripts/lib/browser.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import {
  arenaCommand,
  freePort,
  guestToken,
  startPortal,
} from '../../scripts/lib/portal.mjs';
import { prepare } from '../../scripts/lib/prepare.mjs';
import { must } from '../../scripts/lib/run.mjs';

const TIMEOUT_MS = 90_000;

const SOURCE = `
apiVersion: omnia.altairalabs.ai/v1alpha1
kind: ArenaSource
metadata: { name: desk, namespace: default }
spec: { type: workspace, workspace: { path: desk }, interval: 1h }
`;

/** Five trials: enough for a single cell that breaks to be more than chance. */
const job = (name, baseline) => `
apiVersion: omnia.altairalabs.ai/v1alpha1
kind: ArenaJob
metadata: { name: ${name}, namespace: default }
spec:
  sourceRef: { name: desk }
  type: evaluation
  trials: 5
  evaluation:
    gate:
      minPassRate: 20
      ${baseline ? `baseline: { jobRef: { name: ${baseline} } }` : ''}
`;

let directory;
let portal;
let browser;
let page;
let log = '';
let compareUrl;

before(async () => {
  const prepared = await prepare();
  directory = await mkdtemp(path.join(tmpdir(), 'arena-comparison-'));
  const bundle = path.join(directory, 'workspaces', 'desk');
  await cp(path.join(root, 'examples/bundles/model-comparison'), bundle, {
    recursive: true,
  });
  portal = await startPortal(prepared, {
    port: await freePort(),
    database: process.env.ARENA_TEST_POSTGRES,
    dataDirectory: directory,
    env: {
      APP_CONFIG_arena_workspaceRoots: JSON.stringify([
        path.join(directory, 'workspaces'),
      ]),
    },
    onLog: text => {
      log = (log + text).slice(-50_000);
    },
  });
  portal.token = await guestToken(portal.url);
  const apply = async text => {
    const file = path.join(directory, 'object.yaml');
    await writeFile(file, text);
    const { command, args, env } = arenaCommand(prepared, portal, [
      'apply',
      '-f',
      file,
    ]);
    await must(command, args, { env, quiet: true });
  };
  await apply(SOURCE);
  await until(
    async () => (await get('arenasources/desk/revisions')).length === 1,
  );
  await apply(job('before'));
  await until(() => hasEnded('before'));

  // The regression: the strong model puts a stopped belt into the wrong queue.
  const mocks = path.join(bundle, 'mocks', 'atlas-large.yaml');
  const text = await readFile(mocks, 'utf8');
  const broken = text.replace('"queue": "hardware"', '"queue": "software"');
  assert.notEqual(broken, text);
  await writeFile(mocks, broken);
  await api('arenasources/desk/sync', { method: 'POST' });
  await until(
    async () => (await get('arenasources/desk/revisions')).length === 2,
  );
  await apply(job('after', 'before'));
  await until(() => hasEnded('after'));

  browser = await openBrowser({
    executablePath: process.env.CHROMIUM_PATH,
    screenshots: process.env.ARENA_SCREENSHOTS,
  });
  page = await browser.signIn(portal.url);
  page.setDefaultTimeout(TIMEOUT_MS);
});

after(async () => {
  await browser?.close();
  await portal?.stop();
  if (directory) await rm(directory, { recursive: true, force: true });
});

test('a seeded regression is found in three clicks from the jobs page', async () => {
  await page.goto(`${portal.url}/arena/jobs`);
  await page.getByRole('row', { name: /^after/ }).click();
  await page.getByRole('link', { name: 'Compare cell by cell' }).click();
  const cell = page.getByRole('gridcell', { name: /^after: .*Regressed$/ });
  await cell.first().waitFor();
  compareUrl = page.url();
  await browser.screenshot(page, 'compare-1440-light');
  assert.equal(await cell.count(), 1);
  await cell.click();

  const dialog = page.getByRole('dialog', {
    name: /classify-ticket on .*atlas/,
  });
  await dialog.getByText('software').first().waitFor();
  assert.equal(
    await dialog.locator('ins').filter({ hasText: 'software' }).count(),
    1,
  );
  await dialog
    .getByRole('region', { name: 'Checks that flipped' })
    .getByText(/json_path.*passed to failed/i)
    .waitFor();
  await browser.screenshot(page, 'compare-transcripts-1440-light');
});

test('the address alone brings back what was seen', async () => {
  const address = page.url();
  assert.match(address, /cell=/);
  await page.goto(`${portal.url}/arena/jobs`);
  await page.goto(address);
  const dialog = page.getByRole('dialog', { name: /classify-ticket/ });
  await dialog.getByText('software').first().waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
});

test('what was changed leads to the changed file', async () => {
  await page.goto(compareUrl);
  const link = page.getByRole('link', { name: 'Changed files' });
  await link.waitFor();
  await link.click();
  await page.waitForURL('**/arena/sources/embedded/default/desk**');
  await page.getByText('mocks/atlas-large.yaml').first().waitFor();
});

test('cells are filtered, walked through by keyboard, and saved', async () => {
  await page.goto(compareUrl);
  await page.getByRole('button', { name: /^Unchanged \d+/ }).click();
  await page.waitForURL(/change=unchanged/);
  await page
    .getByRole('gridcell', { name: /Regressed$/ })
    .waitFor({ state: 'hidden' });
  const grid = page.getByRole('grid', { name: /^Cells of the runs/ });
  await grid.focus();
  const first = await grid.getAttribute('aria-activedescendant');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  assert.notEqual(await grid.getAttribute('aria-activedescendant'), first);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/No check of this trial/).waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'CSV' }).click(),
  ]);
  const csv = await readFile(await download.path(), 'utf8');
  assert.match(csv, /^scenario,provider,/);
  assert.ok(!csv.includes(',regressed,'), 'only what matches is saved');
});

test('runs are added from other jobs, and another one is made the baseline', async () => {
  await page.goto(`${portal.url}/arena/compare`);
  await page.getByText('No runs to compare yet').waitFor();
  await browser.screenshot(page, 'compare-empty-1440-light');
  await page.getByRole('button', { name: 'Add runs' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add runs' });
  for (const name of ['after', 'before']) {
    await dialog.getByRole('button', { name: new RegExp(`^${name}`) }).click();
    const runs = dialog.getByRole('region', { name: `Runs of ${name}` });
    await runs.getByText(new RegExp(`^${name} ·`)).click();
  }
  await browser.screenshot(page, 'compare-add-1440-light');
  await dialog.getByRole('button', { name: 'Add 2' }).click();
  await page.getByRole('button', { name: /^Fixed 1/ }).waitFor();
  await page.getByRole('button', { name: 'Set as baseline: 1 before' }).click();
  await page.getByRole('button', { name: /^Regressed 1/ }).waitFor();
});

for (const theme of ['light', 'dark']) {
  for (const width of [1440, 800]) {
    test(
      `the comparison can be read and is accessible: ${width} px, ${theme}`,
      { timeout: 180_000 },
      async () => {
        const view = await browser.signIn(portal.url, { width, theme });
        view.setDefaultTimeout(TIMEOUT_MS);
        const check = async name => {
          await view.waitForTimeout(500);
          await browser.screenshot(view, `${name}-${width}-${theme}`);
          assert.deepEqual(
            await violations(view),
            [],
            `${name} at ${width} px, ${theme}`,
          );
          const overflow = await view.evaluate(
            () => document.documentElement.scrollWidth - window.innerWidth,
          );
          assert.ok(overflow <= 0, `${name} is ${overflow} px too wide`);
        };
        await view.goto(compareUrl);
        const cell = view.getByRole('gridcell', { name: /Regressed$/ });
        await cell.waitFor();
        await view.getByRole('link', { name: 'Changed files' }).waitFor();
        await check('compare');
        await cell.click();
        await view.getByRole('dialog').getByText('software').first().waitFor();
        await check('compare-transcripts');
        await view.goto(`${portal.url}/arena/compare`);
        await view.getByText('No runs to compare yet').waitFor();
        await check('compare-empty');
        await view.context().close();
      },
    );
  }
}

test('no page threw an error', () => {
  assert.deepEqual(browser.errors, []);
});

async function api(at, options = {}) {
  const response = await fetch(
    `${portal.url}/api/arena/v1/clusters/embedded/namespaces/default/${at}`,
    { ...options, headers: { Authorization: `Bearer ${portal.token}` } },
  );
  assert.ok(
    response.ok,
    `${at}: ${response.status} ${await response.clone().text()}`,
  );
  return response.json();
}

async function get(at) {
  const { items } = await api(at);
  return items;
}

async function hasEnded(name) {
  const { status } = await api(`arenajobs/${name}`);
  return ['Succeeded', 'Failed'].includes(status?.phase);
}

async function until(isSo) {
  const deadline = Date.now() + 120_000;
  while (!(await isSo())) {
    assert.ok(
      Date.now() < deadline,
      `It did not come to it:\n${log.slice(-3_000)}`,
    );
    await new Promise(resolve => setTimeout(resolve, 500));
  }
}
