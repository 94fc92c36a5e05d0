import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  SSEClientTransport,
  SseError,
} from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  StreamableHTTPClientTransport,
  StreamableHTTPError,
} from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  FetchLike,
  Transport,
} from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  ListToolsResultSchema,
  McpError,
  Tool,
} from '@modelcontextprotocol/sdk/types.js';
import { isAbsolute } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ToolHandler } from '@backstage-arena/plugin-arena-common';
import { boundedFetch } from '../../web/boundedFetch';
import { describeFailure, findReported } from '../../web/describeFailure';
import { ReportedError } from '../../web/ReportedError';
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
const MAX_LISTED_TOOLS = 4_096;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const MAX_LISTING_MS = 30_000;
/** Ending a session is a courtesy to the server. */
const MAX_GOODBYE_MS = 2_000;

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
  const timeoutMs = Math.min(context.timeoutMs, MAX_LISTING_MS);
  const signal = AbortSignal.timeout(timeoutMs);
  const client = new Client({ name: 'arena', version: '1.0.0' });
  let broken: unknown;
  const ask = boundedFetch(context.web, MAX_ANSWER_BYTES);
  const transport = createTransport(config, context, async (url, init) => {
    try {
      return await ask(url, init);
    } catch (error) {
      // Clients put a failed request into words of their own.
      broken ??= error;
      throw error;
    }
  });
  try {
    const options = { signal, timeout: timeoutMs };
    await client.connect(transport, options);
    const tools = await readPages(client, options);
    if (transport instanceof StreamableHTTPClientTransport) {
      // Servers keep sessions until they are told.
      await Promise.race([
        transport.terminateSession().catch(() => undefined),
        delay(MAX_GOODBYE_MS, undefined, { ref: false }),
      ]);
    }
    return tools;
  } catch (error) {
    const reason = signal.aborted
      ? `no answer within ${timeoutMs} ms`
      : describeMcpFailure(error, broken, timeoutMs);
    const server = config.endpoint ?? config.command;
    throw new Error(`the MCP server ${server} failed: ${reason}`);
  } finally {
    await client.close();
  }
}

/** Asks as the client's own `listTools` does, but compiles no schema of the server. */
async function readPages(
  client: Client,
  options: { signal: AbortSignal; timeout: number },
): Promise<Tool[]> {
  const tools: Tool[] = [];
  let cursor: string | undefined;
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const answer = await client.request(
      { method: 'tools/list', params: { cursor } },
      ListToolsResultSchema,
      options,
    );
    tools.push(...answer.tools);
    if (tools.length > MAX_LISTED_TOOLS) {
      throw new ReportedError(`it lists more than ${MAX_LISTED_TOOLS} tools`);
    }
    cursor = answer.nextCursor;
    if (!cursor) return tools;
  }
  throw new ReportedError(`it lists more than ${MAX_PAGES} pages of tools`);
}

/** Says no more of what a server sent than the numbers of its protocols. */
function describeMcpFailure(
  error: unknown,
  broken: unknown,
  timeoutMs: number,
): string {
  const reported = findReported(error);
  if (reported) return reported.message;
  if (broken) return describeFailure(broken, timeoutMs);
  if (error instanceof StreamableHTTPError || error instanceof SseError) {
    return error.code !== undefined && error.code > 0
      ? `HTTP ${error.code}`
      : 'it does not answer as an MCP server does';
  }
  if (error instanceof McpError) return `it answers with error ${error.code}`;
  const code: unknown = Reflect.get(Object(error), 'code');
  return typeof code === 'string' && /^E[A-Z]+$/.test(code)
    ? `it cannot be started (${code})`
    : 'it does not answer as an MCP server does';
}

function createTransport(
  config: McpConfig,
  { headers, environment, allowStdio }: DiscoveryContext,
  fetch: FetchLike,
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
  const options = { fetch, requestInit: { headers } };
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
