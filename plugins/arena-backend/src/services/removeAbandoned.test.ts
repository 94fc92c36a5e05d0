import { createMockDirectory } from '@backstage/backend-test-utils';
import { readdir, utimes } from 'node:fs/promises';
import { removeAbandoned } from './removeAbandoned';

describe('removeAbandoned', () => {
  const folder = createMockDirectory();

  it('removes what is old, and nothing else', async () => {
    folder.setContent({
      'tmp/old/deep/file': 'x',
      'tmp/new/file': 'x',
      'other/old': 'x',
    });
    const now = new Date();
    const yesterday = new Date(now.getTime() - 25 * 3_600_000);
    await utimes(folder.resolve('tmp/old'), yesterday, yesterday);
    await utimes(folder.resolve('other/old'), yesterday, yesterday);
    await removeAbandoned(folder.resolve('tmp'), { now });
    expect(await readdir(folder.resolve('tmp'))).toEqual(['new']);
    expect(await readdir(folder.resolve('other'))).toEqual(['old']);
    await removeAbandoned(folder.resolve('missing'), { now });
  });
});
