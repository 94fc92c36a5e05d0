import { freePort } from '@backstage-arena/arena-devcluster';
import { ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { callTool, TestTools, toolBoxOf } from '../__testUtils__/toolBoxOf';
import { ToolBox } from '../ToolBox';

/** Entry of a server package. */
function serverFile(name: string): string {
  const manifest = require.resolve(
    `@modelcontextprotocol/server-${name}/package.json`,
  );
  return path.join(path.dirname(manifest), 'dist', 'index.js');
}

function stdio(
  name: string,
  args: string[] = [],
  more: Record<string, unknown> = {},
) {
  return {
    name,
    transport: 'stdio',
    command: process.execPath,
    args: [serverFile(name), ...args],
    ...more,
  };
}

/** A server of our own with one fault; `call` is code that answers a call of its tool. */
function faulty(call: string, list = '') {
  const code = `
    const lines = require('node:readline').createInterface({ input: process.stdin });
    const say = (id, result) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n');
    const text = text => ({ content: [{ type: 'text', text }] });
    let calls = 0;
    lines.on('line', async line => {
      const { id, method, params } = JSON.parse(line);
      if (method === 'initialize') say(id, { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'f', version: '1' } });
      if (method === 'tools/list') { ${list} say(id, { tools: [{ name: 'work', inputSchema: { type: 'object' } }] }); }
      if (method === 'tools/call') { calls += 1; const args = params.arguments; ${call} }
    });`;
  return { name: 'faulty', command: process.execPath, args: ['-e', code] };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const nextTick = () => new Promise(resolve => setTimeout(resolve, 20));

jest.setTimeout(30_000);

describe('MCP servers', () => {
  let box: ToolBox | undefined;
  let folder: string;

  beforeAll(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'mcp-')));
    writeFileSync(path.join(folder, 'hello.txt'), 'Hello from a file');
  });

  afterEach(async () => {
    await box?.close();
    box = undefined;
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const open = async (options: TestTools) => {
    box = await toolBoxOf({ directory: folder, ...options });
    await box.ready();
    return box;
  };

  const names = (tools: ToolBox) =>
    tools.allowed(['*']).map(({ descriptor }) => descriptor.name);

  describe('over stdio', () => {
    it('brings the tools of server-everything and calls them', async () => {
      const tools = await open({ servers: [stdio('everything', ['stdio'])] });
      expect(names(tools)).toContain('mcp__everything__echo');
      await expect(
        callTool(tools, 'mcp__everything__echo', { message: 'hi' }),
      ).resolves.toMatchObject({ text: 'Echo: hi' });
      await expect(
        callTool(tools, 'mcp__everything__get-sum', { a: '2', b: 3 }),
      ).resolves.toMatchObject({ text: expect.stringContaining('5') });
      await expect(
        callTool(tools, 'mcp__everything__get-sum', { a: 'two' }),
      ).resolves.toMatchObject({ errorType: 'validation' });
      const image = await callTool(tools, 'mcp__everything__get-tiny-image');
      expect(image.parts).toContainEqual({
        type: 'image',
        mimeType: 'image/png',
        data: expect.stringMatching(/^iVBOR/),
      });
    });

    it('calls many tools at a time', async () => {
      const tools = await open({ servers: [stdio('everything', ['stdio'])] });
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, (_, n) =>
          callTool(tools, 'mcp__everything__echo', { message: `m${n}` }),
        ),
      );
      expect(outcomes.map(({ text }) => text)).toEqual(
        Array.from({ length: 50 }, (_, n) => `Echo: m${n}`),
      );
    });

    it('reads files with server-filesystem, and reports its refusals', async () => {
      const tools = await open({
        servers: [
          stdio('filesystem', ['.'], {
            tool_filter: { allowlist: ['read_text_file', 'list_directory'] },
          }),
        ],
      });
      expect(names(tools).sort()).toEqual([
        'mcp__filesystem__list_directory',
        'mcp__filesystem__read_text_file',
      ]);
      await expect(
        callTool(tools, 'mcp__filesystem__read_text_file', {
          path: path.join(folder, 'hello.txt'),
        }),
      ).resolves.toMatchObject({ text: 'Hello from a file' });
      const refused = await callTool(tools, 'mcp__filesystem__read_text_file', {
        path: '/etc/hostname',
      });
      expect(refused.error).toMatch(/denied/i);
      expect(refused.errorType).toBe('execution');
    });

    const entity = (name: string) => ({
      entities: [{ name, entityType: 'person', observations: [] }],
    });

    it('shares server-memory between conversations', async () => {
      const tools = await open({
        servers: [
          stdio('memory', [], {
            env: { MEMORY_FILE_PATH: '${MEMORY_FILE}' },
            tool_filter: { blocklist: ['delete_entities'] },
          }),
        ],
        variables: { MEMORY_FILE: path.join(folder, 'shared.jsonl') },
      });
      expect(names(tools)).not.toContain('mcp__memory__delete_entities');
      const first = { conversation: 'c1' };
      await callTool(
        tools,
        'mcp__memory__create_entities',
        entity('Ann'),
        first,
      );
      await expect(
        callTool(tools, 'mcp__memory__read_graph', {}, { conversation: 'c2' }),
      ).resolves.toMatchObject({ text: expect.stringContaining('Ann') });
    });

    it.each(['session', 'scenario'])(
      'gives each conversation a process of its own with scope %s',
      async scope => {
        const server = faulty(`say(id, text(process.pid + ' ' + calls));`);
        const tools = await open({ servers: [{ ...server, scope }] });
        const call = async (conversation: string) =>
          (
            await callTool(tools, 'mcp__faulty__work', {}, { conversation })
          ).text.split(' ');
        const [[pid1, count1], [pid2, count2]] = await Promise.all([
          call('c1'),
          call('c2'),
        ]);
        expect(pid1).not.toBe(pid2);
        expect([count1, count2]).toEqual(['1', '1']);
        expect(await call('c1')).toEqual([pid1, '2']);
        tools.endConversation('c1');
        await tools.close();
        expect([pid1, pid2].map(Number).filter(isAlive)).toEqual([]);
      },
    );

    it('leaves no process behind', async () => {
      const stubborn = faulty(
        `const child = require('node:child_process').spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1e6)']);
         say(id, text(process.pid + ' ' + child.pid));`,
        `process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6);`,
      );
      const tools = await open({ servers: [stubborn] });
      const { text } = await callTool(tools, 'mcp__faulty__work');
      const pids = text.split(' ').map(Number);
      expect(pids.every(isAlive)).toBe(true);
      await tools.close();
      // The system takes a moment to forget the child of a child.
      while (pids.some(isAlive)) await nextTick();
      await expect(callTool(tools, 'mcp__faulty__work')).resolves.toMatchObject(
        { error: expect.stringMatching(/the run is over/) },
      );
    });

    it('does not wait for a server that never says anything', async () => {
      const tools = await toolBoxOf({
        servers: [
          {
            name: 'silent',
            command: process.execPath,
            args: ['-e', 'setInterval(() => {}, 1e6)'],
          },
        ],
        allowedTools: ['mcp__silent__*'],
      });
      const ready = tools.ready().catch(String);
      await nextTick();
      await tools.close();
      expect(await ready).toMatch(/the run is over/);
    });

    it('starts a server that crashed again', async () => {
      const tools = await open({
        servers: [
          faulty(
            `if (args.crash) { console.error('out of ink'); process.exit(7); } say(id, text(String(process.pid)));`,
          ),
        ],
      });
      const first = await callTool(tools, 'mcp__faulty__work');
      await expect(
        callTool(tools, 'mcp__faulty__work', { crash: true }),
      ).resolves.toMatchObject({
        error:
          'mcp__faulty__work: MCP server "faulty": it ended with exit code 7: out of ink',
      });
      const second = await callTool(tools, 'mcp__faulty__work');
      expect(second).not.toHaveProperty('error');
      expect(second.text).not.toBe(first.text);
    });

    it.each([
      ['a call that never ends', ``, /no answer within 1000 ms|timed out/],
      [
        'an error of its own',
        `say(id, { isError: true, ...text('no paper') });`,
        /: no paper$/,
      ],
      [
        '2 MB of text',
        `say(id, text('x'.repeat(2e6)));`,
        /2000000 bytes: allowed are at most/,
      ],
      [
        'a line of 50 MB',
        `process.stdout.write(Buffer.alloc(50e6, 97));`,
        /a line is longer than the allowed/,
      ],
      [
        'JSON that is 10,000 deep',
        `process.stdout.write('['.repeat(1e4) + '\\n');`,
        /more than 500 levels deep/,
      ],
      ['a result of another shape', `say(id, { content: 5 });`, /content/],
    ])('ends %s as a clear error', async (_, code, message) => {
      const tools = await open({
        servers: [{ ...faulty(code), timeout_ms: 1_000 }],
      });
      const outcome = await callTool(tools, 'mcp__faulty__work');
      expect(outcome.error).toMatch(message);
    });

    it.each([
      ['pages without end', 30_000, '', /1000 pages, and there is another one/],
      [
        'pages that come slowly',
        1_500,
        `await new Promise(resolve => setTimeout(resolve, 60));`,
        /timed out|there is another one/,
      ],
    ])('gives up a list of %s', async (_, timeoutMs, before, message) => {
      const page = `${before} say(id, { tools: [], nextCursor: 'more' }); return;`;
      box = await toolBoxOf({
        servers: [{ ...faulty('', page), timeout_ms: timeoutMs }],
        allowedTools: ['mcp__faulty__*'],
      });
      await expect(box.ready()).rejects.toThrow(message);
    });

    it('overlooks lines that are no messages', async () => {
      const lines: string[] = [];
      const tools = await open({
        servers: [
          faulty(`console.log('Working on it'); say(id, text('done'));`),
        ],
        log: line => lines.push(line),
      });
      await expect(callTool(tools, 'mcp__faulty__work')).resolves.toMatchObject(
        { text: 'done' },
      );
      expect(lines.join()).toMatch(/no message: Working on it/);
    });

    it('is an error of the item when a prompt needs a server that is not there', async () => {
      box = await toolBoxOf({
        directory: folder,
        servers: [{ name: 'gone', command: 'no-such-command' }],
        allowedTools: ['mcp__gone__*'],
      });
      await expect(box.ready()).rejects.toMatchObject({
        errorClass: 'connection',
        retryable: true,
        message: expect.stringMatching(
          /MCP server "gone": it cannot be started \(spawn no-such-command/,
        ),
      });
    });

    it('goes on without a server that no prompt needs', async () => {
      const lines: string[] = [];
      const tools = await open({
        tools: { plain: { mode: 'mock' } },
        servers: [{ name: 'gone', command: 'no-such-command' }],
        allowedTools: ['plain'],
        log: line => lines.push(line),
      });
      expect(names(tools)).toEqual(['plain']);
      expect(lines.join()).toMatch(/warning: MCP server "gone"/);
    });

    it('starts nothing where it is not allowed', async () => {
      box = await toolBoxOf({
        servers: [faulty('')],
        allowedTools: ['mcp__faulty__work'],
        allow: {},
      });
      await expect(box.ready()).rejects.toThrow(/over stdio are not allowed/);
    });

    it("takes a tool of mode mcp as the description of the server's tool", async () => {
      const tools = await open({
        servers: [faulty(`say(id, text('done ' + args.n));`)],
        tools: {
          mcp__faulty__work: {
            mode: 'mcp',
            description: 'Does it',
            input_schema: { type: 'object', required: ['n'] },
          },
          alias: { mode: 'mcp', mcp: { server: 'faulty', tool: 'work' } },
        },
      });
      expect(names(tools)).toEqual(['mcp__faulty__work', 'alias']);
      await expect(
        callTool(tools, 'mcp__faulty__work', {}),
      ).resolves.toMatchObject({ errorType: 'validation' });
      await expect(callTool(tools, 'alias', { n: 1 })).resolves.toMatchObject({
        text: 'done 1',
      });
    });

    it('refuses a name that a file has already', async () => {
      box = await toolBoxOf({
        servers: [faulty('')],
        tools: { mcp__faulty__work: { mode: 'mock' } },
      });
      await expect(box.ready()).rejects.toThrow(
        'Tool "mcp__faulty__work" of the MCP server "faulty" has the name of another one',
      );
    });
  });

  describe.each([
    ['streamable_http', 'streamableHttp', '/mcp'],
    ['sse', 'sse', '/sse'],
  ])('over %s', (transport, mode, route) => {
    let port: number;
    let server: ChildProcess;

    const start = async () => {
      server = spawn(process.execPath, [serverFile('everything'), mode], {
        env: { PATH: process.env.PATH, PORT: String(port) },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      await new Promise<void>((resolve, reject) => {
        server.once('exit', code => reject(new Error(`exit ${code}`)));
        server.stderr?.on('data', text => {
          if (/listening|running on port/i.test(String(text))) resolve();
        });
      });
    };

    const stop = async () => {
      const ended = new Promise(resolve => server.once('exit', resolve));
      server.kill('SIGKILL');
      await ended;
    };

    beforeAll(async () => {
      port = await freePort();
      await start();
    });

    afterAll(stop);

    const entry = () => ({
      name: 'remote',
      transport,
      url: `http://127.0.0.1:${port}${route}`,
      headers: { Authorization: 'Bearer ${TOKEN}' },
    });

    it('calls tools, and finds its way back after the server was started anew', async () => {
      const tools = await open({
        servers: [entry()],
        variables: { TOKEN: 'abc' },
      });
      const echo = () =>
        callTool(tools, 'mcp__remote__echo', { message: 'hi' });
      await expect(echo()).resolves.toMatchObject({ text: 'Echo: hi' });
      await stop();
      expect((await echo()).error).toMatch(/MCP server "remote"/);
      await start();
      await expect(echo()).resolves.toMatchObject({ text: 'Echo: hi' });
    });

    it('serves tools of registries, which share a connection', async () => {
      const spec = (tool: string) => ({
        description: tool,
        input_schema: { type: 'object' },
        mode: 'mcp',
        mcp: { transport, url: entry().url, tool },
      });
      const tools = await open({
        registryTools: [
          { name: 'say', registry: 'core', spec: spec('echo') },
          {
            name: 'add',
            registry: 'core',
            spec: spec('get-sum'),
          },
        ],
      });
      await expect(
        callTool(tools, 'say', { message: 'you' }),
      ).resolves.toMatchObject({ text: 'Echo: you' });
      await expect(
        callTool(tools, 'add', { a: 1, b: 2 }),
      ).resolves.toMatchObject({ text: expect.stringContaining('3') });
    });

    it('says which variable a header lacks', async () => {
      box = await toolBoxOf({
        servers: [entry()],
        allowedTools: ['mcp__remote__*'],
      });
      await expect(box.ready()).rejects.toThrow(
        /variable TOKEN \(headers.Authorization\) is not set/,
      );
    });
  });
});
