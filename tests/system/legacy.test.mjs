// Our packages in a portal on the old frontend system, freshly made by @backstage/create-app, following the documentation word for word, in a real
// Chromium.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from '../../scripts/lib/browser.mjs';
import { until } from '../lib/until.mjs';
import { FreshPortal } from './lib/FreshPortal.mjs';
import { runFirstJob } from './lib/runFirstJob.mjs';

/** A component of the catalog that comes with the portal. */
const COMPONENT = 'example-website';

let portal;
let browser;
let page;

before(async () => {
  portal = await FreshPortal.open();
});

after(async () => {
  await browser?.close();
  await portal?.close();
});

test(
  'the packages install as the documentation says',
  { timeout: 1_500_000 },
  async () => {
    await portal.publish();
    await portal.create({ legacy: true });
    await portal.follow('README.md');
    await portal.follow('docs/getting-started.md');
  },
);

test('the portal compiles', { timeout: 600_000 }, async () => {
  await portal.compile();
});

test('a job runs there', { timeout: 600_000 }, async () => {
  await portal.addBundle('support-agent');
  await portal.build();
  await portal.start();
  await runFirstJob(portal, {
    'arena.backstage.io/component': `component:default/${COMPONENT}`,
  });
});

test('who signs in sees the job and its matrix', async () => {
  browser = await openBrowser({
    executablePath: process.env.CHROMIUM_PATH,
    screenshots: process.env.ARENA_SCREENSHOTS,
  });
  page = await browser.signIn(portal.url);
  // What a part of a page throws its frame catches, and says here. So does each request that the server refuses, as it does a job without source.
  page.on('console', message => {
    const text = message.text();
    if (message.type() === 'error' && !text.startsWith('Failed to load')) {
      browser.errors.push(text);
    }
  });
  await page.getByRole('row', { name: /first/ }).waitFor();
  await browser.screenshot(page, 'legacy-jobs');
  await withoutReload(async () => {
    await page.getByRole('row', { name: /first/ }).click();
    await page.waitForURL('**/arena/jobs/embedded/default/first');
    await page.getByRole('grid').waitFor();
    await browser.screenshot(page, 'legacy-job');
    await page.getByRole('tab', { name: 'Sources' }).click();
    await page
      .getByRole('row', { name: /support-agent/ })
      .getByText('1 job')
      .waitFor();
    await browser.screenshot(page, 'legacy-sources');
  });
});

test('the sidebar leads to the jobs, and to a new one', async () => {
  await page.goto(`${portal.url}/catalog`);
  await withoutReload(async () => {
    await page
      .getByTestId('sidebar-root')
      .getByRole('link', { name: 'Arena' })
      .click();
    await page.getByRole('row', { name: /first/ }).waitFor();
    await page.getByRole('link', { name: 'New job' }).click();
    await page.getByRole('heading', { name: 'New job' }).waitFor();
    await browser.screenshot(page, 'legacy-new-job');
  });
});

test('the page of a component shows the jobs that test it', async () => {
  await page.goto(`${portal.url}/catalog/default/component/${COMPONENT}`);
  const tests = page.getByRole('list', { name: 'Tests' });
  await tests.getByRole('link', { name: 'first' }).waitFor();
  await page.getByText('Nothing is scheduled').waitFor();
  await browser.screenshot(page, 'legacy-component');
  assert.equal(
    await heightOfCard('Prompt and agent tests'),
    await heightOfCard('Next run'),
  );
  await withoutReload(async () => {
    await page.getByRole('tab', { name: 'Arena' }).click();
    await page.getByRole('row', { name: /first/ }).first().waitFor();
    await browser.screenshot(page, 'legacy-component-tab');
    await tests.getByRole('link', { name: 'first' }).click();
    await page.waitForURL('**/arena/jobs/embedded/default/first');
    await page.getByRole('grid').waitFor();
  });
});

test('a job has a page in the catalog', async () => {
  await until('the catalog has the job', async () => {
    const { ok } = await portal.get(
      '/api/catalog/entities/by-name/arenajob/default/first_embedded',
    );
    return ok;
  });
  await page.goto(`${portal.url}/catalog/default/arenajob/first_embedded`);
  await page.getByRole('link', { name: 'Open live view' }).waitFor();
  await page.getByText('Succeeded').waitFor();
  await browser.screenshot(page, 'legacy-entity');
  await page.getByRole('tab', { name: 'Results' }).click();
  await page.getByRole('grid').waitFor();
  await browser.screenshot(page, 'legacy-entity-results');
});

test('no page threw an error', () => {
  assert.deepEqual(browser.errors, []);
});

/** What is opened within the app is shown by the app as it is: it is not loaded anew. */
async function withoutReload(action) {
  await page.evaluate(() => (window.isTheSame = true));
  await action();
  assert.ok(await page.evaluate(() => window.isTheSame));
}

async function heightOfCard(name) {
  const card = page.locator('.bui-Card', {
    has: page.getByRole('heading', { name }),
  });
  return (await card.boundingBox()).height;
}
