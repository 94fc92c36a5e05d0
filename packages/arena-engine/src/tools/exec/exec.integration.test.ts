import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { callTool, toolBoxOf } from '../__testUtils__/toolBoxOf';
import { ToolBox } from '../ToolBox';

/** A tool whose process is a script. */
function script(
  code: string,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    mode: 'exec',
    exec: { command: process.execPath, args: ['-e', code], ...more },
  };
}

const READ = `let text = ''; process.stdin.on('data', d => text += d).on('end', () => {
  const args = JSON.parse(text);`;

const SERVE = `const lines = require('node:readline').createInterface({ input: process.stdin });
const say = value => process.stdout.write(JSON.stringify(value) + '\\n');
lines.on('line', line => { const { id, args } = JSON.parse(line);`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

describe('exec tools', () => {
  let folder: string;
  let box: ToolBox;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'exec-'));
  });

  afterEach(async () => {
    await box.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = async (
    tool: Record<string, unknown>,
    variables: Record<string, string> = {},
  ) => {
    box = await toolBoxOf({
      directory: folder,
      tools: { run: tool },
      variables,
    });
    return (args: Record<string, unknown> = {}, signal?: AbortSignal) =>
      callTool(box, 'run', args, { signal });
  };

  it('gives arguments as JSON and takes JSON or text', async () => {
    const call = await open(
      script(
        `${READ} console.log(args.text ?? JSON.stringify({ b: args.n + 1, a: process.cwd() })); })`,
      ),
    );
    await expect(call({ n: 1 })).resolves.toMatchObject({
      compact: `{"a":"${folder}","b":2}`,
    });
    await expect(call({ text: 'plain words' })).resolves.toMatchObject({
      text: 'plain words\n',
    });
  });

  it('gives the process few variables, and those that it asks for', async () => {
    process.env.EXEC_TEST_SECRET = 'leaked';
    try {
      const call = await open(
        script('console.log(JSON.stringify(process.env))', {
          env: ['TOKEN', 'MODE=x'],
        }),
        { TOKEN: 'abc' },
      );
      const { compact } = await call();
      expect(JSON.parse(compact)).toMatchObject({ TOKEN: 'abc', MODE: 'x' });
      expect(compact).not.toContain('leaked');
    } finally {
      delete process.env.EXEC_TEST_SECRET;
    }
  });

  it.each([
    [
      'a failure',
      `console.error('no paper'); process.exit(3)`,
      /exit code 3: no paper/,
    ],
    ['a signal', `process.kill(process.pid, 'SIGKILL')`, /ended by SIGKILL/],
    [
      'an endless output',
      `const b = Buffer.alloc(1e6, 97); const w = () => process.stdout.write(b, w); w()`,
      /more than the allowed 1048576 bytes/,
    ],
    [
      '50 MB',
      `process.stdout.write(Buffer.alloc(50e6, 97))`,
      /more than the allowed 1048576 bytes/,
    ],
    [
      'JSON that is 10,000 deep',
      `console.log('['.repeat(1e4) + ']'.repeat(1e4))`,
      /more than 500 levels deep/,
    ],
  ])('ends %s as a clear error', async (_, code, message) => {
    const call = await open(script(code));
    const outcome = await call();
    expect(outcome.error).toMatch(message);
    expect(outcome.errorType).toBe('execution');
    expect(outcome.text.length).toBeLessThan(1_000);
  });

  it('says when there is no such command', async () => {
    const call = await open({
      mode: 'exec',
      exec: { command: './no-such-command' },
    });
    expect((await call()).error).toMatch(
      /run: it cannot be started \(spawn .*no-such-command ENOENT\)/,
    );
  });

  it('kills a process that never ends, with what it started', async () => {
    const pids = path.join(folder, 'pids');
    const call = await open({
      ...script(
        `const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']);
         require('node:fs').writeFileSync(${JSON.stringify(
           pids,
         )}, process.pid + ' ' + child.pid);
         setInterval(() => {}, 1e6);`,
        { timeout_ms: 1_500 },
      ),
    });
    await expect(call()).resolves.toMatchObject({
      error: 'run: no answer within 1500 ms',
    });
    const [own, child] = readFileSync(pids, 'utf8').split(' ').map(Number);
    await until(() => !isAlive(own) && !isAlive(child));
  });

  it('does not wait for what a process leaves behind', async () => {
    const call = await open(
      script(
        `const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'inherit' });
         process.stdout.write(String(child.pid), () => process.exit(0));`,
      ),
    );
    const { text, error } = await call();
    expect(error).toBeUndefined();
    await until(() => !isAlive(Number(text)));
  });

  it('ends with the item', async () => {
    const pids = path.join(folder, 'pids');
    const call = await open(
      script(
        `require('node:fs').writeFileSync(${JSON.stringify(
          pids,
        )}, String(process.pid)); setInterval(() => {}, 1e6);`,
      ),
    );
    const item = new AbortController();
    const outcome = call({}, item.signal);
    const pid = await waitForPid(pids);
    item.abort(new Error('over'));
    await expect(outcome).rejects.toThrow('over');
    await until(() => !isAlive(pid));
  });

  it('ends with the run', async () => {
    const pids = path.join(folder, 'pids');
    const call = await open(
      script(
        `require('node:fs').writeFileSync(${JSON.stringify(
          pids,
        )}, String(process.pid)); setInterval(() => {}, 1e6);`,
      ),
    );
    const outcome = call();
    const pid = await waitForPid(pids);
    await box.close();
    expect(isAlive(pid)).toBe(false);
    expect((await outcome).error).toMatch(/ended by SIGKILL/);
  });

  describe('as a server', () => {
    const server = (code: string, more: Record<string, unknown> = {}) =>
      script(`${SERVE} ${code} });`, { runtime: 'server', ...more });

    it('answers many calls at a time with one process, in any order', async () => {
      const call = await open(
        server(
          `setTimeout(() => say({ id, result: { pid: process.pid, n: args.n } }), 60 - args.n * 10);`,
        ),
      );
      const outcomes = await Promise.all(
        [1, 2, 3, 4].map(async n => JSON.parse((await call({ n })).compact)),
      );
      expect(outcomes.map(({ n }) => n)).toEqual([1, 2, 3, 4]);
      expect(new Set(outcomes.map(({ pid }) => pid)).size).toBe(1);
    });

    it('reports errors of calls', async () => {
      const call = await open(server(`say({ id, error: 'no ' + args.what });`));
      await expect(call({ what: 'paper' })).resolves.toMatchObject({
        error: 'run: no paper',
      });
    });

    it('is started again after it ended', async () => {
      const call = await open(
        server(
          `if (args.crash) { console.error('out of ink'); process.exit(7); } say({ id, result: process.pid });`,
        ),
      );
      const first = await call();
      expect((await call({ crash: true })).error).toBe(
        'run: it ended with exit code 7: out of ink',
      );
      const second = await call();
      expect(second).not.toHaveProperty('error');
      expect(second.text).not.toBe(first.text);
    });

    it('is started again after a call had no answer', async () => {
      const call = await open(
        server(`if (!args.hang) say({ id, result: process.pid });`, {
          timeout_ms: 1_500,
        }),
      );
      const first = await call();
      expect((await call({ hang: true })).error).toBe(
        'run: no answer within 1500 ms',
      );
      await until(() => !isAlive(Number(first.text)));
      expect((await call()).text).not.toBe(first.text);
    });

    it('lets the calls of others go on when an item ends', async () => {
      const call = await open(
        server(
          `setTimeout(() => say({ id, result: 'done' }), args.first ? 50 : 200);`,
        ),
      );
      const item = new AbortController();
      const given = call({ first: true }, item.signal);
      const kept = call();
      item.abort(new Error('over'));
      await expect(given).rejects.toThrow('over');
      await expect(kept).resolves.toMatchObject({ text: 'done' });
    });

    it.each([
      [
        'garbage',
        `console.log('Listening on 8080');`,
        /no answer .*: Listening/,
      ],
      ['an answer to no call', `say({ id: 99, result: 1 });`, /call 99, which/],
      [
        'an endless line',
        `const b = Buffer.alloc(1e6, 97); const w = () => process.stdout.write(b, w); w();`,
        /a line is longer than the allowed/,
      ],
      [
        'JSON that is 10,000 deep',
        `console.log('['.repeat(1e4));`,
        /more than 500 levels/,
      ],
    ])('ends with %s', async (_, code, message) => {
      const call = await open(server(code));
      expect((await call()).error).toMatch(message);
    });

    it('leaves with the run', async () => {
      const call = await open(server(`say({ id, result: process.pid });`));
      const pid = Number((await call()).text);
      await box.close();
      expect(isAlive(pid)).toBe(false);
    });
  });

  async function waitForPid(file: string): Promise<number> {
    let pid = 0;
    await until(() => {
      try {
        pid = Number(readFileSync(file, 'utf8'));
      } catch {
        return false;
      }
      return pid > 0;
    });
    return pid;
  }
});
