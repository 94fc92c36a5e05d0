import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackOnce } from './unpackOnce';

describe('unpackOnce', () => {
  let root: string;
  let target: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'arena-unpack-'));
    target = join(root, 'bundles', 'a1');
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('lets the first of several count, and leaves nothing of the others', async () => {
    const waiting: Array<() => void> = [];
    const fills = ['first', 'second'].map(text =>
      unpackOnce(target, async ({ content }) => {
        await writeFile(join(content, 'file'), text);
        // Both are at this point before either goes on.
        await new Promise<void>(resolve => {
          waiting.push(resolve);
          if (waiting.length === 2) waiting[0]();
        });
      }),
    );
    await Promise.race(fills);
    const [text] = [readFileSync(join(target, 'file'), 'utf8')];
    waiting[1]();
    await Promise.all(fills);

    expect(readFileSync(join(target, 'file'), 'utf8')).toBe(text);
    expect(readdirSync(join(root, 'bundles'))).toEqual(['a1']);
  });

  it('does nothing when the folder is there', async () => {
    await unpackOnce(target, async () => {});
    const fill = jest.fn();
    await unpackOnce(target, fill);
    expect(fill).not.toHaveBeenCalled();
  });

  it('leaves nothing behind when it fails, so that the next one starts anew', async () => {
    await expect(
      unpackOnce(target, async ({ content, temporary }) => {
        await writeFile(join(content, 'file'), 'half');
        await writeFile(join(temporary, 'archive'), 'half');
        throw new Error('The archive is damaged');
      }),
    ).rejects.toThrow('The archive is damaged');
    expect(readdirSync(join(root, 'bundles'))).toEqual([]);
  });
});
