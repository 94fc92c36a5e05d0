import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { generatedArtifacts } from './artifacts';

const root = resolve(__dirname, '../../../..');

describe('generated files', () => {
  const artifacts = generatedArtifacts();

  it.each([...artifacts.keys()])('%s is up to date', path => {
    // When this fails: yarn workspace @backstage-arena/plugin-arena-common generate
    expect(readFileSync(resolve(root, path), 'utf8')).toBe(artifacts.get(path));
  });

  it.each(['crds', 'docs/reference'])(
    '%s has no file of another origin',
    folder => {
      const found = readdirSync(resolve(root, folder)).map(
        name => `${folder}/${name}`,
      );
      expect(found.filter(path => !artifacts.has(path))).toEqual([]);
    },
  );
});
