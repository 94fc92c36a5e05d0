// Puts screenshots of the last run of the suite `browser-all` into docs/images, for docs/gallery.md. Look at them before you commit.
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { root } from './lib/paths.mjs';

const PAGES = [
  'jobs',
  'job',
  'transcript',
  'load',
  'data',
  'schedule',
  'source-bundle',
  'component',
];
const VIEWS = ['1440-light-en', '1440-dark-de', '800-light-de', '800-dark-en'];

const from = path.join(root, 'test-results', 'screenshots');
const to = path.join(root, 'docs', 'images');
await mkdir(to, { recursive: true });
for (const page of PAGES) {
  for (const view of VIEWS) {
    const name = `${page}-${view}.png`;
    await copyFile(path.join(from, name), path.join(to, name));
  }
}
