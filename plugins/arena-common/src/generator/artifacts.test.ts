import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { generatedArtifacts } from './artifacts';

const root = resolve(__dirname, '../../../..');

/** Pages that arena-engine generates from its own tables. */
const PAGES_OF_THE_ENGINE = ['docs/reference/checks.md'];

describe('generated files', () => {
  const artifacts = generatedArtifacts();

  it.each([...artifacts.keys()])('%s is up to date', path => {
    // When this fails: yarn workspace @backstage-arena/plugin-arena-common generate
    expect(readFileSync(resolve(root, path), 'utf8')).toBe(artifacts.get(path));
  });

  it.each(['crds', 'deploy/helm/arena/crds', 'docs/reference'])(
    '%s has no file of another origin',
    folder => {
      const found = readdirSync(resolve(root, folder)).map(
        name => `${folder}/${name}`,
      );
      const known = new Set([...artifacts.keys(), ...PAGES_OF_THE_ENGINE]);
      expect(found.filter(path => !known.has(path))).toEqual([]);
    },
  );
});
