import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageFolder } from '../packageFolder';
import { until } from '../process/until';
import { ensureBuilt } from './ensureBuilt';

describe('ensureBuilt', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'arena-built-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('should take over from a builder that was killed', async () => {
    const target = path.join(folder, 'thing');
    const script = `
      const { ensureBuilt } = require(${JSON.stringify(
        packageFolder('src/binary/ensureBuilt.ts'),
      )});
      ensureBuilt({
        target: ${JSON.stringify(target)},
        what: 'a thing',
        progress: line => process.stdout.write(line + '\\n'),
        build: () => new Promise(() => setInterval(() => {}, 1000)),
      });`;
    const other = spawn(process.execPath, [
      ...['--require', '@backstage/cli/config/nodeTransform.cjs'],
      ...['-e', script],
    ]);
    let said = '';
    other.stdout.setEncoding('utf8').on('data', text => (said += text));
    await until('the other to build', 30_000, () => said.includes('Building'));
    const exited = once(other, 'exit');
    other.kill('SIGKILL');
    await exited;

    const lines: string[] = [];
    await ensureBuilt({
      target,
      what: 'a thing',
      build: part => writeFile(part, 'whole'),
      progress: line => lines.push(line),
    });
    expect(lines[0]).toMatch('another process is building');
    expect(await readFile(target, 'utf8')).toBe('whole');
    expect(existsSync(`${target}.lock`)).toBe(false);
  }, 90_000);
});
