import { readFileSync } from 'node:fs';
import path from 'node:path';
import { generatedDocs } from './generatedDocs';

const root = path.resolve(__dirname, '../../../..');

describe('generated pages', () => {
  it.each([...generatedDocs()])('%s is up to date', (page, content) => {
    // When this fails: yarn workspace @backstage-arena/arena-engine generate
    expect(readFileSync(path.join(root, page), 'utf8')).toBe(content);
  });
});
