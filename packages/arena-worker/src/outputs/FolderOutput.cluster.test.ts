import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderOutput } from './FolderOutput';
import { OutputError } from './OutputStore';

/** A real file system of one MiB: needs the rights of an administrator. */
describe('FolderOutput on a claim', () => {
  let folder: string;
  let mount: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'output-claim-'));
    mount = mkdtempSync(join(tmpdir(), 'output-mount-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mount]);
  });

  afterEach(() => {
    execFileSync('umount', [mount]);
    rmSync(mount, { recursive: true });
    rmSync(folder, { recursive: true });
  });

  const output = () =>
    new FolderOutput({
      path: join(mount, 'evals/run-1'),
      runId: 'run-1',
      label: "Folder 'evals/run-1' of the claim 'results'",
    });

  function report(name: string, size: number) {
    const path = join(folder, name);
    writeFileSync(path, Buffer.alloc(size, 1));
    return {
      name,
      path,
      size,
      digest: 'sha256:0',
      contentType: 'text/plain',
    };
  }

  const { signal } = new AbortController();

  it('says that it is full, and is not made fuller', async () => {
    const target = output();
    await target.open();
    await target.put(report('small.txt', 1_000), signal);
    const error = await target
      .put(report('large.txt', 3_000_000), signal)
      .catch(reason => reason);
    expect(error).toBeInstanceOf(OutputError);
    expect(error.message).toMatch(
      /^Folder 'evals\/run-1' of the claim 'results' cannot be written: no space is left \(ENOSPC/,
    );
    expect(readdirSync(join(mount, 'evals/run-1')).sort()).toEqual([
      '.arena-run.json',
      'small.txt',
    ]);
  });

  it('says that it is read-only, whether the folder is there or not', async () => {
    const readOnly =
      /^Folder 'evals\/run-1' of the claim 'results' cannot be written: it is mounted read-only \(EROFS/;
    const remount = (mode: 'ro' | 'rw') =>
      execFileSync('mount', ['-o', `remount,${mode}`, mount]);
    remount('ro');
    await expect(output().open()).rejects.toThrow(readOnly);
    remount('rw');
    const target = output();
    await target.open();
    remount('ro');
    await expect(target.put(report('a.txt', 1), signal)).rejects.toThrow(
      readOnly,
    );
  });
});
