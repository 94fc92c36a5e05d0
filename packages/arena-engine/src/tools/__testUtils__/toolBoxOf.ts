import { ResolvedTool } from '@backstage-arena/plugin-arena-common';
import { arenaSpecSchema } from '../../bundle/schemas/arena';
import { toolSpecSchema } from '../../bundle/schemas/tool';
import { promptConfigSpecSchema } from '../../bundle/schemas/promptConfig';
import { SecretReader } from '../../providers/SecretReader';
import { ToolContent } from '../ToolFactory';
import { ToolBox } from '../ToolBox';
import { ToolOutcome } from '../Tool';

export interface TestTools {
  directory?: string;
  /** Specs of tools by name; a description and schemas that take anything are added. */
  tools?: Record<string, Record<string, unknown>>;
  servers?: Array<Record<string, unknown>>;
  allowedTools?: string[];
  registryTools?: ResolvedTool[];
  variables?: Record<string, string>;
  allow?: { exec?: boolean; stdio?: boolean };
  log?: (line: string) => void;
}

/** What a bundle with these tools is read as. */
export function toolContent(options: TestTools): ToolContent {
  const arena = arenaSpecSchema.parse({
    providers: null,
    defaults: {},
    mcp_servers: options.servers,
  });
  const prompt = promptConfigSpecSchema.parse({
    task_type: 'chat',
    version: '1',
    description: 'Chat',
    system_template: 'Help.',
    allowed_tools: options.allowedTools ?? [],
  });
  return {
    directory: options.directory ?? __dirname,
    arenaFile: 'config.arena.yaml',
    arena,
    prompts: new Map([['chat', { spec: prompt, vars: {} }]]),
    tools: new Map(
      Object.entries(options.tools ?? {}).map(([name, spec]) => [
        name,
        {
          name,
          spec: toolSpecSchema.parse({
            description: name,
            input_schema: { type: 'object' },
            output_schema: true,
            ...spec,
          }),
        },
      ]),
    ),
  };
}

export function toolBoxOf(options: TestTools): Promise<ToolBox> {
  return ToolBox.create({
    content: toolContent(options),
    registryTools: options.registryTools,
    allow: options.allow ?? { exec: true, stdio: true },
    secrets: new SecretReader(name => options.variables?.[name]),
    log: options.log,
  });
}

/** Calls a tool that is given up with the test. */
export function callTool(
  box: ToolBox,
  name: string,
  args: Record<string, unknown> = {},
  options: { signal?: AbortSignal; conversation?: string } = {},
): Promise<ToolOutcome> {
  return box.call(name, args, {
    signal: options.signal ?? new AbortController().signal,
    conversation: options.conversation,
  });
}
