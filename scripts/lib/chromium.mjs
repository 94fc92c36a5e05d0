import { existsSync } from 'node:fs';
import { installDebianPackages } from './debian.mjs';

const CANDIDATES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Path of a Chromium; installs Debian's when there is none. */
export async function ensureChromium() {
  const find = () => CANDIDATES.find(file => file && existsSync(file));
  if (!find()) {
    await installDebianPackages(
      { chromium: 'chromium' },
      ['chromium'],
      'for the browser tests; or set CHROMIUM_PATH',
    );
  }
  return find();
}
