import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';

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
    /** A page that is signed in as guest. */
    async signIn(url, { width = 1440, height = 900, theme = 'light' } = {}) {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: theme,
        locale: 'en-GB',
        timezoneId: 'UTC',
      });
      await context.addInitScript(value => {
        window.localStorage.setItem('theme', value);
      }, theme);
      const page = await context.newPage();
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
