// Every page of ours in both languages, as people see it who need more than a mouse and a large screen: axe, no overflow, keyboard, print.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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
const NIGHTLY = `
apiVersion: omnia.altairalabs.ai/v1alpha1
kind: ArenaJob
metadata:
  name: nightly
  namespace: default
  annotations: { arena.backstage.io/component: component:default/support-agent }
spec:
  sourceRef: { name: support-agent }
  schedule: { cron: '30 2 * * *', timezone: Europe/Berlin }
`;

const JOBS = '/arena/jobs/embedded/default';
const SOURCE = '/arena/sources/embedded/default/support-agent';
const COMPONENT = '/catalog/default/component/support-agent';
const ENTITY = '/catalog/default/arenajob/model-comparison_embedded';

/**
 * Pages of ours, with a text by which they can be told to be ready, in English and German. `part`: where our part of the page is, on pages
 * of other plugins.
 */
const PAGES = [
  ['jobs', '/arena', 'support-agent'],
  [
    'job',
    `${JOBS}/model-comparison`,
    'Scenarios by provider',
    'Szenarien je Anbieter',
  ],
  [
    'job-items',
    `${JOBS}/model-comparison?tab=items`,
    'First token',
    'Erstes Token',
  ],
  [
    'job-trials',
    `${JOBS}/travel-desk`,
    'Scenarios by provider',
    'Szenarien je Anbieter',
  ],
  ['job-events', `${JOBS}/model-comparison?tab=events`, 'Reason', 'Grund'],
  ['job-yaml', `${JOBS}/model-comparison?tab=yaml`, 'apiVersion'],
  [
    'job-reports',
    `${JOBS}/model-comparison?tab=reports`,
    'Download',
    'herunterladen',
  ],
  ['job-runs', `${JOBS}/model-comparison?tab=runs`, 'Revision'],
  [
    'transcript',
    `${JOBS}/travel-desk?tab=items&item=0`,
    'Assistant',
    'Assistent',
  ],
  [
    'load',
    `${JOBS}/support-agent-load`,
    'Can it be believed?',
    'Ist es glaubwürdig?',
  ],
  ['data', `${JOBS}/support-tickets`, 'Yield', 'Ausbeute'],
  ['data-rows', `${JOBS}/support-tickets?tab=rows`, 'Content', 'Inhalt'],
  [
    'data-rejects',
    `${JOBS}/support-tickets?tab=rejects`,
    'All reasons',
    'Alle Gründe',
  ],
  ['schedule', `${JOBS}/nightly?tab=schedule`, 'At 02:30', 'Um 02:30'],
  ['new-job', '/arena/new', 'Dry run', 'Probelauf'],
  ['sources', '/arena/sources', 'support-agent'],
  ['source', SOURCE, 'in use', 'in Gebrauch'],
  [
    'source-files',
    `${SOURCE}?tab=files&file=config.arena.yaml`,
    'config.arena.yaml',
  ],
  [
    'source-bundle',
    `${SOURCE}?tab=bundle`,
    'Prompts, tools and personas',
    'Prompts, Werkzeuge und Personas',
  ],
  [
    'source-changes',
    `${SOURCE}?tab=changes`,
    'There is one revision only',
    'Es gibt nur eine Revision',
  ],
  [
    'compare',
    '/arena/compare',
    'No runs to compare yet',
    'Noch keine Läufe zum Vergleichen',
  ],
  ['component', `${COMPONENT}/arena`, 'Last load test', 'Letzter Lasttest'],
  [
    'entity-results',
    `${ENTITY}/results`,
    'Scenarios by provider',
    'Szenarien je Anbieter',
  ],
  ['entity-runs', `${ENTITY}/runs`, 'Revision'],
  ['entity-yaml', `${ENTITY}/yaml`, 'apiVersion'],
  ['home', '/', 'Next scheduled', 'Als Nächstes geplant'],
];
/** Of pages of other plugins, what around our parts is theirs. */
const NOT_OURS = ['header', '[class*="bui-Header"]', '[class*="MuiTab"]'];

let directory;
let portal;
let browser;
let log = '';

before(async () => {
  const prepared = await prepare();
  directory = await mkdtemp(path.join(tmpdir(), 'arena-pages-'));
  portal = await startPortal(prepared, {
    port: await freePort(),
    database: process.env.ARENA_TEST_POSTGRES,
    dataDirectory: directory,
    onLog: text => {
      log = (log + text).slice(-20_000);
    },
  }).catch(error => {
    throw new Error(`${error.message}\n${log}`);
  });
  portal.token = await guestToken(portal.url);
  const nightly = path.join(directory, 'nightly.yaml');
  await writeFile(nightly, NIGHTLY);
  const arena = async args => {
    const { command, args: all, env } = arenaCommand(prepared, portal, args);
    return must(command, all, { env, quiet: true });
  };
  await arena(['apply', '-f', path.join(root, 'examples/jobs')]);
  await arena(['apply', '-f', nightly]);
  for (const [name, phase] of [
    ['model-comparison', 'Failed'],
    ['travel-desk', 'Succeeded'],
    ['support-tickets', 'Succeeded'],
  ]) {
    await arena([
      'wait',
      `arenajob/${name}`,
      `--for=phase=${phase}`,
      '-n',
      'default',
      '--timeout=300s',
    ]);
  }
  await untilInCatalog('model-comparison_embedded');
  browser = await openBrowser({
    executablePath: process.env.CHROMIUM_PATH,
    screenshots: process.env.ARENA_SCREENSHOTS,
  });
});

after(async () => {
  await browser?.close();
  await portal?.stop();
  if (directory) await rm(directory, { recursive: true, force: true });
});

for (const [language, theme, width] of [
  ['en', 'light', 1440],
  ['de', 'dark', 800],
  ...(process.env.ARENA_ALL_VIEWS
    ? [
        ['en', 'dark', 800],
        ['en', 'dark', 1440],
        ['en', 'light', 800],
        ['de', 'dark', 1440],
        ['de', 'light', 800],
      ]
    : []),
]) {
  test(
    `every page is accessible and fits: ${language}, ${theme}, ${width} px`,
    { timeout: 600_000 },
    async () => {
      const view = await open({ language, theme, width });
      const faults = [];
      for (const [name, at, english, german = english] of PAGES) {
        await view.goto(portal.url + at);
        await shown(view, language === 'de' ? german : english).catch(error =>
          faults.push(`${name}: ${error.message.split('\n')[0]}`),
        );
        await browser.screenshot(view, `${name}-${width}-${theme}-${language}`);
        const isOurs = at.startsWith('/arena');
        faults.push(
          ...(await violations(view, { exclude: isOurs ? [] : NOT_OURS })).map(
            fault => `${name}: ${fault}`,
          ),
        );
        const overflow = await view.evaluate(
          () => document.documentElement.scrollWidth - window.innerWidth,
        );
        if (overflow > 0) faults.push(`${name}: ${overflow} px too wide`);
        if (language === 'de')
          faults.push(...(await leftInEnglish(view, name)));
      }
      assert.deepEqual(faults, []);
      await view.context().close();
    },
  );
}

test('what is wrong with a page is found', async () => {
  const view = await open({});
  await view.goto(`${portal.url}/arena`);
  await shown(view, 'support-agent');
  await view.evaluate(() => {
    document.querySelector('main').append(document.createElement('button'));
  });
  assert.match((await violations(view)).join(), /button-name/);
  await view.context().close();
});

test('a reader chooses German in the settings', async () => {
  const view = await open({});
  await view.goto(`${portal.url}/settings`);
  await view.getByText('Language', { exact: true }).first().waitFor();
  await view.getByRole('button', { name: 'Deutsch', exact: true }).click();
  await view.goto(`${portal.url}/arena/jobs`);
  await shown(view, 'Fortschritt');
  await view.context().close();
});

test('the main things can be done by keyboard alone', async () => {
  const view = await open({});
  await view.goto(`${portal.url}${JOBS}/model-comparison`);
  await view.getByRole('grid').waitFor();
  // To the matrix, from cell to cell, and into the items of one.
  await tabTo(view, '[role="gridcell"], [role="grid"] [tabindex="0"]');
  await view.keyboard.press('ArrowRight');
  await view.keyboard.press('Enter');
  await view.waitForURL('**tab=items**');
  await tabTo(view, '[role="tab"][aria-selected="true"]');
  await view.keyboard.press('ArrowRight');
  await view.waitForURL(/tab=(?!items)/);
  await view.goto(`${portal.url}/arena/new`);
  await shown(view, 'Dry run');
  await tabTo(view, 'button', 'Dry run');
  await view.context().close();
});

test('a page can be printed: nothing is cut off that can be scrolled to', async () => {
  const view = await open({});
  await view.goto(`${portal.url}${JOBS}/support-agent-load`);
  await shown(view, 'Can it be believed?');
  await view.emulateMedia({ media: 'print' });
  const cut = await view.evaluate(() =>
    [...document.querySelectorAll('table')]
      .filter(table => {
        const frame = table.parentElement;
        return (
          getComputedStyle(frame).overflowX !== 'visible' &&
          table.scrollWidth > frame.clientWidth
        );
      })
      .map(table => table.caption?.textContent ?? 'a table'),
  );
  assert.deepEqual(cut, []);
  await view.context().close();
});

test('no page threw an error', () => {
  assert.deepEqual(browser.errors, []);
});

async function open({ language = 'en', theme, width }) {
  const view = await browser.signIn(portal.url, { width, theme });
  view.setDefaultTimeout(TIMEOUT_MS);
  await view
    .context()
    .addInitScript(
      value => window.localStorage.setItem('language', value),
      language,
    );
  return view;
}

function shown(view, text) {
  return view
    .getByText(text)
    .filter({ visible: true })
    .first()
    .waitFor({ timeout: 30_000 });
}

/** Goes from one control to the next, as those do who have no mouse. */
async function tabTo(view, selector, text = '', limit = 150) {
  for (let i = 0; i < limit; i++) {
    await view.keyboard.press('Tab');
    const isThere = await view.evaluate(
      ([wanted, content]) =>
        document.activeElement.matches(wanted) &&
        document.activeElement.textContent.includes(content),
      [selector, text],
    );
    if (isThere) return;
  }
  assert.fail(`${selector} ${text} cannot be reached by the Tab key`);
}

/** Labels of ours that an English reader knows, on a German page. */
async function leftInEnglish(view, name) {
  const words = ['Pass rate', 'Scenario', 'Provider', 'Overview', 'Duration'];
  const texts = await view.evaluate(() =>
    [...document.querySelectorAll('th, dt, h2, button, [role="tab"]')].map(
      element => element.textContent.trim(),
    ),
  );
  return words
    .filter(word => texts.includes(word))
    .map(word => `${name}: '${word}' is English`);
}

async function untilInCatalog(name) {
  const deadline = Date.now() + 180_000;
  for (;;) {
    const { status } = await fetch(
      `${portal.url}/api/catalog/entities/by-name/arenajob/default/${name}`,
      { headers: { Authorization: `Bearer ${portal.token}` } },
    );
    if (status === 200) return;
    assert.ok(Date.now() < deadline, `The catalog does not have ${name}`);
    await new Promise(resolve => setTimeout(resolve, 1_000));
  }
}
