import { scenarioSpecSchema } from '../bundle/schemas/scenario';
import { toolContent, TestTools } from '../tools/__testUtils__/toolBoxOf';
import { refuseTools } from './refuseTools';

const scenarios = [
  {
    spec: scenarioSpecSchema.parse({ description: 'x', task_type: 'chat' }),
  },
];

function refuse(
  options: TestTools,
  allow?: { exec?: boolean; stdio?: boolean },
): () => void {
  return () =>
    refuseTools(toolContent(options), scenarios, {
      allow,
      tools: options.registryTools,
    });
}

const exec = { tools: { run: { mode: 'exec', exec: { command: 'x' } } } };
const stdio = { servers: [{ name: 'files', command: 'npx' }] };

describe('refuseTools', () => {
  it('names the switch that allows a process', () => {
    expect(refuse(exec)).toThrow(
      expect.objectContaining({
        reason: 'NotAllowed',
        message: expect.stringMatching(
          /exec tool "run" \(config.arena.yaml\); .*arena.bundles.allowExec .*--no-exec$/,
        ),
      }),
    );
    expect(refuse(stdio, { exec: true })).toThrow(
      expect.objectContaining({
        reason: 'NotAllowed',
        message: expect.stringMatching(
          /"files" over stdio.*arena.bundles.allowStdio .*--no-stdio$/,
        ),
      }),
    );
    expect(
      refuse({
        tools: {
          a: { mode: 'mcp', mcp: { command: 'x' } },
        },
      }),
    ).toThrow(/MCP tool "a" over stdio/);
  });

  it('lets through what is allowed, and what starts no process', () => {
    expect(refuse(exec, { exec: true })).not.toThrow();
    expect(refuse(stdio, { stdio: true })).not.toThrow();
    expect(
      refuse({
        tools: { a: { mode: 'live', http: { url: 'https://e.org' } } },
        servers: [{ name: 's', url: 'https://e.org/mcp' }],
      }),
    ).not.toThrow();
  });

  it('does not run outside of walls what was written for inside', () => {
    expect(
      refuse(
        {
          tools: {
            run: { mode: 'exec', exec: { command: 'x', sandbox: 'docker' } },
          },
          servers: [{ name: 's', source: 'docker' }],
        },
        { exec: true, stdio: true },
      ),
    ).toThrow(
      expect.objectContaining({
        reason: 'UnsupportedFeature',
        message: expect.stringMatching(
          /sandbox of tool "run" .*source docker of MCP server "s"/,
        ),
      }),
    );
  });

  it('looks at the tools of registries instead of those of the bundle', () => {
    const registryTools = [
      {
        name: 'find',
        registry: 'core',
        spec: { description: '', input_schema: true, mode: 'client' },
      },
    ];
    expect(
      refuse({
        ...exec,
        ...stdio,
        registryTools,
        allowedTools: ['find', 'x*'],
      }),
    ).not.toThrow();
    expect(
      refuse({
        registryTools,
        allowedTools: ['find', 'book', 'memory__recall'],
      }),
    ).toThrow(
      expect.objectContaining({
        reason: 'UnknownTool',
        message:
          'Prompt "chat" (config.arena.yaml) needs tools that no registry brings: book; the registries bring find',
      }),
    );
  });
});
