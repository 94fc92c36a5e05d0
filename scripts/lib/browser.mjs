import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium } from 'playwright-core';

/** A loaded machine takes its time. */
const TIMEOUT_MS = 60_000;

/** Chromium must not reach for anything but the page under test. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Opens a browser that takes screenshots and remembers what went wrong in its pages.
 *
 * @param {{ executablePath: string, screenshots?: string }} options
 */
export async function openBrowser({ executablePath, screenshots }) {
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  const errors = [];
  if (screenshots) await mkdir(screenshots, { recursive: true });
  return {
    /** Uncaught errors of all pages. */
    errors,
    close: () => browser.close(),
    /** A page that is signed in as guest. `headers` go with each of its requests. */
    async signIn(
      url,
      {
        width = 1440,
        height = 900,
        theme = 'light',
        language = 'en',
        headers,
      } = {},
    ) {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: theme,
        locale: 'en-GB',
        timezoneId: 'UTC',
        extraHTTPHeaders: headers,
      });
      // The language is chosen for the first page alone, so that a person may choose another one.
      await context.addInitScript(
        chosen => {
          for (const [key, value] of Object.entries(chosen)) {
            if (!window.localStorage.getItem(key)) {
              window.localStorage.setItem(key, value);
            }
          }
        },
        { theme, language },
      );
      const page = await context.newPage();
      page.setDefaultTimeout(TIMEOUT_MS);
      page.on('pageerror', error => errors.push(String(error)));
      await page.goto(`${url}/arena`);
      await page.getByRole('button', { name: 'Enter' }).click();
      await page.getByRole('link', { name: 'Arena' }).first().waitFor();
      return page;
    },
    async screenshot(page, name) {
      if (!screenshots) return;
      await page.screenshot({ path: path.join(screenshots, `${name}.png`) });
    },
  };
}

/**
 * Serious faults that axe finds in our part of the page: the sidebar and the header with its tabs are the framework's.
 *
 * @param {import('playwright-core').Page} page
 * @param {{ exclude?: string[] }} [options] selectors of what else is not ours
 */
export async function violations(page, { exclude = [] } = {}) {
  // Colours of what is being faded in are not those that anybody reads.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().endTime < Infinity)
        .map(({ finished }) => finished),
    ),
  );
  const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  await page.evaluate(await readFile(axe, 'utf8'));
  const result = await page.evaluate(
    notOurs =>
      window.axe.run(
        { exclude: notOurs.map(selector => [selector]) },
        {
          resultTypes: ['violations'],
          rules: { region: { enabled: false } },
        },
      ),
    ['nav', '[class*="bui-PluginHeader"]', ...exclude],
  );
  return result.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 150)}`);
}
