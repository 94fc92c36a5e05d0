import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnArena } from '../__testUtils__/spawnArena';
import { EXIT } from '../cli/errors';

jest.setTimeout(60_000);

describe('getting ready', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rehearse-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([[['plan-run']], [['worker', '--wait']]])(
    'ends when arena %p is told to go, and leaves nothing behind',
    async args => {
      const { child, exited } = spawnArena(args, {
        env: { TMPDIR: folder },
        ipc: true,
      });
      while (readdirSync(folder).length === 0) await sleep(5);
      child.kill('SIGTERM');
      expect(await exited).toMatchObject({ code: EXIT.terminated, stderr: '' });
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it('ends with the process that started it, and leaves nothing behind', async () => {
    const { child, exited } = spawnArena(['worker', '--wait'], {
      env: { TMPDIR: folder },
      ipc: true,
    });
    while (readdirSync(folder).length === 0) await sleep(5);
    child.disconnect();
    expect(await exited).toMatchObject({ code: EXIT.failed });
    expect(readdirSync(folder)).toEqual([]);
  });
});
