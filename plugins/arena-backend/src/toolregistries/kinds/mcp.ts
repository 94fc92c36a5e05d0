import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { Tool } from '@modelcontextprotocol/sdk/types.js';
import { isAbsolute } from 'node:path';
import { ToolHandler } from '@backstage-arena/plugin-arena-common';
import { boundedFetch } from '../../web/boundedFetch';
import { describeFailure } from '../../web/Web';
import {
  ANY_ARGUMENTS,
  DiscoveryContext,
  foundTool,
  given,
  HandlerKind,
} from '../HandlerKind';

type McpConfig = NonNullable<ToolHandler['mcpConfig']>;

/** Pages of tools that are read: a server that always names another page must not be asked for ever. */
const MAX_PAGES = 100;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

const STDIO_FAULT =
  'mcpConfig.transport is stdio: programs are not started for registries unless arena.bundles.allowStdio of app-config is true; allowed are streamable-http and sse';

/** The tools of an MCP server. */
export const mcpKind: HandlerKind = {
  fault({ mcpConfig }, allow) {
    if (mcpConfig?.transport !== 'stdio') return undefined;
    if (!allow.stdio) return STDIO_FAULT;
    const { workDir } = mcpConfig;
    return workDir === undefined || isAbsolute(workDir)
      ? undefined
      : `mcpConfig.workDir is ${workDir}: only an absolute path means the same on every machine`;
  },

  async discover({ mcpConfig }, context) {
    const config = given(mcpConfig, 'mcpConfig');
    const endpoint = config.endpoint ?? `stdio://${config.command}`;
    const tools = await listTools(config, context);
    return filtered(config, tools).map(tool =>
      foundTool({
        name: tool.name,
        description: tool.description,
        inputSchema: tool.inputSchema,
        outputSchema: tool.outputSchema,
        endpoint,
        status: 'Available',
      }),
    );
  },

  toSpec({ mcpConfig }, { name, inputSchema }) {
    const { transport, endpoint, command, args, env, workDir } = given(
      mcpConfig,
      'mcpConfig',
    );
    return {
      mode: 'mcp',
      input_schema: inputSchema ?? ANY_ARGUMENTS,
      mcp:
        transport === 'stdio'
          ? { transport, command, args, env, working_dir: workDir, tool: name }
          : { transport, url: endpoint, tool: name },
    };
  },
};

async function listTools(
  config: McpConfig,
  context: DiscoveryContext,
): Promise<Tool[]> {
  const { timeoutMs } = context;
  const signal = AbortSignal.timeout(timeoutMs);
  const options = { signal, timeout: timeoutMs };
  const client = new Client({ name: 'arena', version: '1.0.0' });
  const transport = createTransport(config, context);
  try {
    await client.connect(transport, options);
    const tools: Tool[] = [];
    let cursor: string | undefined;
    for (let page = 1; ; page += 1) {
      const answer = await client.listTools({ cursor }, options);
      tools.push(...answer.tools);
      cursor = answer.nextCursor;
      if (!cursor) break;
      if (page === MAX_PAGES) {
        throw new Error(`it lists more than ${MAX_PAGES} pages of tools`);
      }
    }
    if (transport instanceof StreamableHTTPClientTransport) {
      // Servers keep sessions until they are told.
      await transport.terminateSession();
    }
    return tools;
  } catch (error) {
    const reason = signal.aborted
      ? `no answer within ${timeoutMs} ms`
      : describeFailure(error, timeoutMs);
    const server = config.endpoint ?? config.command;
    throw new Error(`the MCP server ${server} failed: ${reason}`);
  } finally {
    await client.close();
  }
}

function createTransport(
  config: McpConfig,
  { web, headers, environment, allowStdio }: DiscoveryContext,
): Transport {
  const { transport, command, args, env, workDir } = config;
  if (transport === 'stdio') {
    if (!allowStdio) throw new Error(STDIO_FAULT);
    return new StdioClientTransport({
      command: given(command, 'mcpConfig.command'),
      args,
      env: { ...environment, ...env },
      cwd: workDir,
      // What it prints is for whoever runs it by hand.
      stderr: 'ignore',
    });
  }
  const url = new URL(given(config.endpoint, 'mcpConfig.endpoint'));
  const options = {
    fetch: boundedFetch(web, MAX_ANSWER_BYTES),
    requestInit: { headers },
  };
  return transport === 'sse'
    ? new SSEClientTransport(url, options)
    : new StreamableHTTPClientTransport(url, options);
}

function filtered({ toolFilter }: McpConfig, tools: Tool[]): Tool[] {
  const { allow, block = [] } = toolFilter ?? {};
  const unknown = allow?.find(name => !tools.some(tool => tool.name === name));
  if (unknown) {
    throw new Error(
      `toolFilter.allow names ${unknown}, which the server does not have`,
    );
  }
  return tools.filter(
    ({ name }) => (allow?.includes(name) ?? true) && !block.includes(name),
  );
}
