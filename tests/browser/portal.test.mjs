// The portal as a person uses it, in a real Chromium: create a job in the form, watch it live, open a transcript. Screenshots of every page in two
// widths, light and dark.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser } from '../../scripts/lib/browser.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import {
  arenaCommand,
  freePort,
  guestToken,
  startPortal,
} from '../../scripts/lib/portal.mjs';
import { prepare } from '../../scripts/lib/prepare.mjs';
import { must } from '../../scripts/lib/run.mjs';
import { until } from '../lib/until.mjs';
import { LOOKS } from './lib/looks.mjs';
import { faultsOf, PAGES, shown } from './lib/pages.mjs';

const TIMEOUT_MS = 60_000;
const NIGHTLY = `
apiVersion: omnia.altairalabs.ai/v1alpha1
kind: ArenaJob
metadata: { name: nightly, namespace: default }
spec:
  sourceRef: { name: support-agent }
  schedule: { cron: '30 2 * * *', timezone: Europe/Berlin, jitter: 10m }
`;

let directory;
let portal;
let browser;
let page;
let log = '';

before(async () => {
  const prepared = await prepare();
  directory = await mkdtemp(path.join(tmpdir(), 'arena-browser-'));
  portal = await startPortal(prepared, {
    port: await freePort(),
    database: process.env.ARENA_TEST_POSTGRES,
    dataDirectory: directory,
    onLog: text => {
      log = (log + text).slice(-50_000);
    },
  });
  portal.token = await guestToken(portal.url);
  const nightly = path.join(directory, 'nightly.yaml');
  await writeFile(nightly, NIGHTLY);
  for (const file of [path.join(root, 'examples/jobs'), nightly]) {
    const { command, args, env } = arenaCommand(prepared, portal, [
      'apply',
      '-f',
      file,
    ]);
    await must(command, args, { env, quiet: true });
  }
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

test('the jobs page lists the example jobs', async () => {
  await page
    .getByRole('row', { name: /support-agent/ })
    .first()
    .waitFor();
  await page.getByText('Succeeded').first().waitFor();
  await browser.screenshot(page, 'jobs-1440-light');
});

test('a job is created in the form and watched live to its end', async () => {
  await page.getByRole('link', { name: 'New job' }).first().click();
  await page.getByRole('heading', { name: 'New job' }).waitFor();
  await fillForm(page, { name: 'from-the-form', source: 'model-comparison' });
  await browser.screenshot(page, 'new-job-1440-light');
  await page.getByRole('button', { name: 'Create', exact: true }).click();

  await page.waitForURL('**/arena/jobs/embedded/default/from-the-form**');
  // Without a reload: the live stream brings every change.
  await page
    .getByText(/Running|Failed/)
    .first()
    .waitFor();
  await page.getByRole('grid').waitFor();
  await page.getByText('Failed').first().waitFor();
  await browser.screenshot(page, 'job-1440-light');
});

test('a cell of the matrix leads to its items, an item to its transcript', async () => {
  await page.getByRole('gridcell').filter({ hasText: '%' }).first().click();
  const row = page.getByRole('row', { name: /passed|failed/i }).first();
  await row.click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Assistant').first().waitFor();
  await browser.screenshot(page, 'transcript-1440-light');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
});

test('a transcript says which state and which persona spoke, and a cell what its trials say', async () => {
  const job = `${portal.url}/arena/jobs/embedded/default/travel-desk`;
  await page.goto(job);
  const cell = page.getByRole('gridcell').filter({ hasText: '%' });
  await cell.first().waitFor();
  await page.getByText('Succeeded').first().waitFor();
  await browser.screenshot(page, 'trials-1440-light');
  await page.goto(`${job}?tab=items`);
  for (const [scenario, text] of [
    ['books-a-train', 'state booking'],
    ['hurried-traveller', 'played as hurried by traveller'],
  ]) {
    await page
      .getByRole('row', { name: new RegExp(scenario) })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(text).first().waitFor();
    await browser.screenshot(page, `${scenario}-1440-light`);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  }
});

test('an invalid job is refused at the line', async () => {
  await page.goto(`${portal.url}/arena/new`);
  await fillForm(page, { name: 'Not_A_Name', source: 'model-comparison' });
  await page.getByRole('button', { name: 'Dry run' }).click();
  await page
    .getByText(/metadata\.name/)
    .first()
    .waitFor();
  await page
    .getByText(/Line \d+/)
    .first()
    .waitFor();
});

test('a template is filled in from what there is, and leads to a finished job', async () => {
  await page.goto(`${portal.url}/create/templates/default/evaluate-my-prompt`);
  await choose(page, 'Source', ['travel-desk']);
  await choose(page, 'Scenarios', [
    'scenarios/books-a-train.scenario.yaml',
    'scenarios/hurried-traveller.scenario.yaml',
  ]);
  await browser.screenshot(page, 'template-1440-light');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByRole('button', { name: 'Create' }).click();
  const [opened] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('link', { name: 'Watch it live' }).first().click(),
  ]);
  await opened.waitForURL('**/arena/jobs/embedded/default/travel-desk-**');
  await opened.getByText('Succeeded').first().waitFor();
  await opened.getByRole('grid').waitFor();
  const { spec } = await jobOf(opened.url());
  assert.equal(spec.scenarios.include.length, 2);
  await opened.close();
});

test('a source shows what it holds, and is run', async () => {
  await page.goto(`${portal.url}/arena/sources`);
  await page
    .getByRole('row', { name: /support-agent/ })
    .first()
    .click();
  await page.waitForURL('**/arena/sources/embedded/default/support-agent**');
  await page.getByText('in use').first().waitFor();
  await page.getByRole('tab', { name: 'Scenarios' }).click();
  await page.getByRole('table', { name: 'Scenarios' }).waitFor();
  await page.getByRole('link', { name: 'config.arena.yaml' }).first().click();
  await page
    .getByRole('textbox', { name: 'Content of config.arena.yaml' })
    .getByText('kind')
    .first()
    .waitFor();
  await page.getByRole('link', { name: 'Run this' }).click();
  await page.getByRole('heading', { name: 'New job' }).waitFor();
  await page
    .getByRole('button', { name: /support-agent Source/ })
    .first()
    .waitFor();
});

test('a new source is filled from the browser', async () => {
  await page.goto(`${portal.url}/arena/sources`);
  await page.getByRole('button', { name: 'New source' }).click();
  const dialog = page.getByRole('dialog');
  await dialog
    .getByRole('textbox', { name: 'Name', exact: true })
    .fill('uploaded');
  await dialog.getByRole('button', { name: /Type/ }).click();
  await page.getByRole('option', { name: 'Folder of the workspace' }).click();
  await dialog
    .getByRole('textbox', { name: /Folder/ })
    .fill('default/uploaded');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.waitForURL('**/arena/sources/embedded/default/uploaded**');
  await page.getByRole('button', { name: 'Upload' }).click();
  await dialog
    .getByLabel(/^A folder/)
    .setInputFiles(path.join(root, 'examples/bundles/support-tickets'));
  await dialog.getByText('config.arena.yaml', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'Upload' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByText('in use').first().waitFor();
});

test('generated rows are shown with where they come from', async () => {
  await page.goto(`${portal.url}/arena/jobs/embedded/default/support-tickets`);
  await page.getByRole('heading', { name: 'Yield' }).waitFor();
  await page.getByText('Succeeded').first().waitFor();
  await page.getByRole('tab', { name: 'Rows' }).click();
  await page.getByRole('button', { name: 'Row 1', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('link', { name: /Attempt \d+/ }).waitFor();
  await browser.screenshot(page, 'row-1440-light');
});

test('a schedule is edited with its meaning in words, and run now', async () => {
  await page.goto(
    `${portal.url}/arena/jobs/embedded/default/nightly?tab=schedule`,
  );
  await page.getByText('At 02:30').waitFor();
  await page.getByRole('button', { name: 'Edit schedule' }).click();
  const dialog = page.getByRole('dialog');
  const line = dialog.getByRole('textbox', { name: /Cron line/ });
  await line.fill('0 25 * * *');
  await dialog.getByText("the hour '25' is out of range").waitFor();
  await line.fill('0 4 * * 1-5');
  await dialog.getByText('At 04:00, Monday through Friday').waitFor();
  await browser.screenshot(page, 'schedule-dialog-1440-light');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByText('At 04:00, Monday through Friday').waitFor();
  // By keyboard, from today to yesterday.
  const today = page.locator('button[data-date][tabindex="0"]');
  const before = await today.getAttribute('data-date');
  await today.focus();
  await page.keyboard.press('ArrowLeft');
  const after = await today.getAttribute('data-date');
  assert.equal(Date.parse(before) - Date.parse(after), 86_400_000);
  await page.getByRole('button', { name: 'Run now' }).click();
  await page.waitForURL('**/arena/jobs/embedded/default/nightly-now-**');
});

for (const { language, theme, width } of LOOKS) {
  test(
    `every page can be read and is accessible: ${language}, ${theme}, ${width} px`,
    { timeout: 300_000 },
    async () => {
      await untilInCatalog('model-comparison_embedded');
      const view = await browser.signIn(portal.url, { width, theme, language });
      view.setDefaultTimeout(TIMEOUT_MS);
      const faults = [];
      for (const [name, at, english, german = english] of PAGES) {
        await view.goto(portal.url + at);
        await shown(view, language === 'de' ? german : english);
        await browser.screenshot(view, `${name}-${width}-${theme}-${language}`);
        const found = await faultsOf(view, { at, language });
        faults.push(...found.map(fault => `${name}: ${fault}`));
      }
      assert.deepEqual(faults, []);
      await view.context().close();
    },
  );
}

test('what is wrong with a page is found', async () => {
  await page.goto(`${portal.url}/arena`);
  await page
    .getByRole('row', { name: /support-agent/ })
    .first()
    .waitFor();
  await page.evaluate(() => {
    const wide = document.createElement('button');
    wide.style.width = '2000px';
    wide.style.flex = 'none';
    document.querySelector('[role="row"]').append(wide);
    document.body.append(wide.cloneNode());
  });
  const faults = await faultsOf(page, { at: '/arena', language: 'de' });
  assert.match(faults.join('\n'), /button-name/);
  assert.match(faults.join('\n'), /px too wide: <button/);
  assert.match(faults.join('\n'), /'Pass rate' is English/);
});

test('a reader chooses German in the settings', async () => {
  const view = await browser.signIn(portal.url);
  await view.goto(`${portal.url}/settings`);
  await view.getByText('Language', { exact: true }).first().waitFor();
  await view.getByRole('button', { name: 'English' }).click();
  await view.getByRole('option', { name: 'Deutsch' }).click();
  await view.goto(`${portal.url}/arena`);
  await shown(view, 'Fortschritt');
  await view.context().close();
});

test('a failed conversation is read by keyboard alone', async () => {
  await page.goto(`${portal.url}/arena/jobs/embedded/default/model-comparison`);
  await page.getByRole('grid').waitFor();
  await tabTo(page, '[role="grid"]');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.waitForURL('**tab=items**');
  await page
    .getByRole('row', { name: /passed|failed/i })
    .first()
    .waitFor();
  await tabTo(page, '[role="row"]');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByText('Assistant').first().waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
});

test('no page threw an error', () => {
  assert.deepEqual(browser.errors, []);
});

/** Chooses from a list of a form. */
async function choose(view, field, names) {
  await view
    .getByRole('button', { name: new RegExp(field) })
    .first()
    .click();
  for (const name of names) await view.getByRole('option', { name }).click();
  await view.keyboard.press('Escape');
}

/** The object behind the page of a job. */
async function jobOf(url) {
  const [cluster, namespace, name] = new URL(url).pathname.split('/').slice(-3);
  const response = await fetch(
    `${portal.url}/api/arena/v1/clusters/${cluster}/namespaces/${namespace}/arenajobs/${name}`,
    { headers: { Authorization: `Bearer ${portal.token}` } },
  );
  assert.equal(response.status, 200);
  return response.json();
}

/** Goes from one control to the next, as those do who have no mouse. */
async function tabTo(view, selector, limit = 150) {
  for (let i = 0; i < limit; i++) {
    await view.keyboard.press('Tab');
    const isThere = await view.evaluate(
      wanted => document.activeElement.matches(wanted),
      selector,
    );
    if (isThere) return;
  }
  assert.fail(`${selector} cannot be reached by the Tab key`);
}

async function untilInCatalog(name) {
  await until(`${name} is in the catalog`, async () => {
    const { ok } = await fetch(
      `${portal.url}/api/catalog/entities/by-name/arenajob/default/${name}`,
      { headers: { Authorization: `Bearer ${portal.token}` } },
    );
    return ok;
  });
}

async function fillForm(view, { name, source }) {
  await view.getByRole('textbox', { name: 'Name' }).first().fill(name);
  await view
    .getByRole('button', { name: /Source/ })
    .first()
    .click();
  await view
    .getByRole('option', { name: new RegExp(source) })
    .first()
    .click();
}
