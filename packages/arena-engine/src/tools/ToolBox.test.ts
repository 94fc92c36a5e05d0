import { callTool, toolBoxOf } from './__testUtils__/toolBoxOf';

const numberInput = {
  type: 'object',
  properties: {
    n: { type: 'integer' },
    colour: { enum: ['Red', 'Blue'] },
    tags: { type: 'array', items: { type: 'number' } },
    flag: { type: 'boolean' },
    note: { type: 'string' },
  },
  required: ['n'],
};

describe('ToolBox', () => {
  it('gives the tools that a prompt allows, by name or by the beginning of it', async () => {
    const box = await toolBoxOf({
      tools: {
        find_room: { mode: 'mock' },
        find_desk: { mode: 'mock' },
        book: { mode: 'client' },
      },
    });
    await box.ready();
    const names = (allowed: string[]) =>
      box.allowed(allowed).map(({ descriptor }) => descriptor.name);
    expect(names(['find_*'])).toEqual(['find_room', 'find_desk']);
    expect(names(['book', 'unknown'])).toEqual(['book']);
    expect(names([])).toEqual([]);
  });

  it('answers a call of a tool that does not exist with an error', async () => {
    const box = await toolBoxOf({});
    await expect(callTool(box, 'nothing')).resolves.toMatchObject({
      error: 'tool not found: nothing',
      errorType: 'execution',
    });
  });

  it('bends arguments to their types and refuses what does not fit', async () => {
    const box = await toolBoxOf({
      tools: {
        echo: {
          mode: 'mock',
          input_schema: numberInput,
          mock_template: '{{.n}} {{.colour}} {{.tags}} {{.flag}}',
        },
      },
    });
    await expect(
      callTool(box, 'echo', {
        n: '3',
        colour: 'blue',
        tags: '5',
        flag: 'yes',
        note: null,
      }),
    ).resolves.toMatchObject({ compact: '{"result":"3 Blue [5] true"}' });
    const refused = await callTool(box, 'echo', { n: 'three' });
    expect(refused.errorType).toBe('validation');
    expect(refused.text).toMatch(/^Error: invalid arguments for echo: /);
    await expect(callTool(box, 'echo', {})).resolves.toMatchObject({
      errorType: 'validation',
    });
  });

  it('holds results to the output schema', async () => {
    const box = await toolBoxOf({
      tools: {
        jammed: {
          mode: 'mock',
          output_schema: { type: 'object', required: ['y'] },
          mock_result: { x: 1 },
        },
      },
    });
    const outcome = await callTool(box, 'jammed');
    expect(outcome.error).toMatch(/does not fit its output_schema: .*y/);
    expect(outcome.errorType).toBe('execution');
  });

  it('leaves the results of a client alone when it says so', async () => {
    const box = await toolBoxOf({
      tools: {
        ask: {
          mode: 'client',
          output_schema: { type: 'object', required: ['y'] },
          mock_result: { x: 1 },
          client: { validate_output: false },
        },
      },
    });
    await expect(callTool(box, 'ask')).resolves.toMatchObject({
      compact: '{"x":1}',
    });
  });

  it('refuses arguments and results that are too deep or too large', async () => {
    const deep = (levels: number): Record<string, unknown> => {
      let value: Record<string, unknown> = {};
      for (let level = 0; level < levels; level++) value = { a: value };
      return value;
    };
    const box = await toolBoxOf({
      tools: {
        plain: { mode: 'mock' },
        large: { mode: 'mock', mock_result: 'x'.repeat(1024 * 1024 + 1) },
      },
    });
    await expect(callTool(box, 'plain', deep(10_000))).resolves.toMatchObject({
      errorType: 'validation',
    });
    await expect(callTool(box, 'plain', deep(100))).resolves.not.toHaveProperty(
      'error',
    );
    const large = await callTool(box, 'large');
    expect(large.error).toMatch(/1048577 bytes: allowed are at most 1048576/);
    expect(large.text.length).toBeLessThan(200);
  });

  it('gives text parts as text, and media as parts', async () => {
    const box = await toolBoxOf({
      tools: {
        proof: {
          mode: 'mock',
          mock_parts: [
            { type: 'text', text: 'Proof of page' },
            {
              type: 'image',
              media: {
                url: 'https://example.org/a.png',
                mime_type: 'image/png',
              },
            },
          ],
        },
        lost: {
          mode: 'mock',
          mock_parts: [{ type: 'image', media: { file_path: 'nothing.png' } }],
        },
      },
    });
    await expect(callTool(box, 'proof')).resolves.toEqual({
      text: 'Proof of page',
      compact: 'Proof of page',
      parts: [
        { type: 'text', text: 'Proof of page' },
        {
          type: 'image',
          mimeType: 'image/png',
          url: 'https://example.org/a.png',
        },
      ],
    });
    await expect(callTool(box, 'lost')).resolves.toMatchObject({
      error: 'lost: Media file "nothing.png" does not exist in the bundle',
    });
  });

  it('rejects when the item is over', async () => {
    const box = await toolBoxOf({ tools: { plain: { mode: 'mock' } } });
    const reason = new Error('over');
    await expect(
      callTool(box, 'plain', {}, { signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
  });

  describe('tools of registries', () => {
    const tool = (name: string, registry: string) => ({
      name,
      registry,
      spec: {
        description: name,
        input_schema: { type: 'object' },
        mode: 'client',
        mock_result: registry,
      },
    });

    it('replace those of the bundle', async () => {
      const box = await toolBoxOf({
        tools: { own: { mode: 'mock' } },
        servers: [{ name: 'gone', command: 'no-such-command' }],
        registryTools: [tool('shared', 'core')],
      });
      await box.ready();
      expect(box.allowed(['*']).map(t => t.descriptor.name)).toEqual([
        'shared',
      ]);
      await expect(callTool(box, 'own')).resolves.toHaveProperty('error');
      await expect(callTool(box, 'shared')).resolves.toMatchObject({
        text: 'core',
      });
    });

    it('must have names of their own', async () => {
      await expect(
        toolBoxOf({ registryTools: [tool('a', 'core'), tool('a', 'billing')] }),
      ).rejects.toMatchObject({
        reason: 'DuplicateTool',
        message: 'Tool "a" is in two registries: core and billing',
      });
    });

    it('must make sense', async () => {
      await expect(
        toolBoxOf({
          registryTools: [
            {
              name: 'a',
              registry: 'core',
              spec: { mode: 'live', input_schema: true, wrong: 1 },
            },
          ],
        }),
      ).rejects.toMatchObject({
        reason: 'InvalidTool',
        message: expect.stringMatching(/"a" of the registry core.*wrong/),
      });
    });
  });

  it('fails only the calls of a tool of mode mcp that names no server', async () => {
    const box = await toolBoxOf({ tools: { lookup: { mode: 'mcp' } } });
    await box.ready();
    const outcome = await callTool(box, 'lookup');
    expect(outcome.error).toMatch(/names no MCP server: mcp_servers has none/);
  });
});
