import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportRow } from '../__testUtils__/reportRow';
import { REPORT_FORMATS } from './reportNames';
import { writeReports } from './writeReports';

jest.setTimeout(60_000);

async function* rows() {
  for (let index = 0; index < 100_000; index += 1) {
    yield reportRow({ index, scenario: `scenario-${index >> 4}` });
  }
}

/** A real file system of a quarter of a MiB: needs the rights of an administrator. */
describe('writeReports on a full disk', () => {
  let mount: string;
  const { TMPDIR } = process.env;

  beforeEach(() => {
    mount = mkdtempSync(join(tmpdir(), 'reports-mount-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', mount]);
  });

  afterEach(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    execFileSync('umount', [mount]);
    rmSync(mount, { recursive: true });
  });

  it.each(REPORT_FORMATS.map(format => [format]))(
    'says so and leaves nothing behind: %s',
    async format => {
      const [directory, spools] = ['out', 'spools'].map(name =>
        join(mount, name),
      );
      mkdirSync(directory);
      mkdirSync(spools);
      process.env.TMPDIR = spools;
      const writing = writeReports({
        rows: rows(),
        formats: [format],
        directory,
        title: 'run',
      });
      await expect(writing).rejects.toMatchObject({ code: 'ENOSPC' });
      expect(readdirSync(directory)).toEqual([]);
      expect(readdirSync(spools)).toEqual([]);
    },
  );
});
