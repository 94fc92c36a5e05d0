import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const GUARD = resolve(__dirname, 'guardProcess.ts');
const TRANSFORM = require.resolve('@backstage/cli/config/nodeTransform.cjs');

jest.setTimeout(60_000);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function wait(ms: number) {
  await new Promise(done => setTimeout(done, ms));
}

describe('guardMainThread', () => {
  it('ends an orphan whose main thread is stuck', async () => {
    const stuck = `
      require(${JSON.stringify(TRANSFORM)});
      require(${JSON.stringify(GUARD)}).guardMainThread();
      setTimeout(() => { console.log(process.pid); for (;;); }, 1500);`;
    // The process in between starts the stuck one, passes on its pid, and lives until it is killed.
    const parent = spawn(
      process.execPath,
      [
        '-e',
        `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(
          stuck,
        )}], { stdio: ['ignore', 'inherit', 'inherit'] }); setInterval(() => {}, 1000);`,
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const [chunk] = await once(parent.stdout!, 'data');
    const pid = Number(String(chunk));
    try {
      await wait(4_000);
      expect(isAlive(pid)).toBe(true);
      parent.kill('SIGKILL');
      const end = Date.now() + 15_000;
      while (isAlive(pid) && Date.now() < end) await wait(100);
      expect(isAlive(pid)).toBe(false);
    } finally {
      parent.kill('SIGKILL');
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    }
  });
});
