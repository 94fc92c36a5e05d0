import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  CallToolResult,
  CallToolResultSchema,
  ListToolsResultSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { ENGINE_VERSION } from '../../version';
import { ToolError } from '../ToolHandler';
import { OpenTransport } from './createTransport';
import { MAX_TOOLS } from './limits';

export interface McpToolInfo {
  name: string;
  description: string;
  inputSchema: Record<string, unknown>;
}

export interface McpLinkOptions {
  /** For messages. */
  name: string;
  timeoutMs: number;
  open: () => Promise<OpenTransport>;
  log?: (line: string) => void;
}

interface Connection extends OpenTransport {
  client: Client;
}

/** The server says that it no longer knows the session: what was asked of it was not done. */
const SESSION_LOST = 404;

/** How long a server may take to hear that a session is over. */
const LEAVE_MS = 2_000;

/** A connection to one MCP server: made when it is first used, and again when it was lost. */
export class McpLink {
  private current?: Promise<Connection>;
  private isClosed = false;

  constructor(private readonly options: McpLinkOptions) {}

  /** @throws ToolError when the server cannot be reached. */
  async listTools(signal?: AbortSignal): Promise<McpToolInfo[]> {
    const tools: McpToolInfo[] = [];
    let cursor: string | undefined;
    do {
      const params = cursor === undefined ? {} : { cursor };
      const page = await this.use(({ client }) =>
        client.request(
          { method: 'tools/list', params },
          ListToolsResultSchema,
          this.requestOptions(signal),
        ),
      );
      for (const { name, description, inputSchema } of page.tools) {
        tools.push({ name, description: description ?? '', inputSchema });
      }
      cursor = page.nextCursor;
      if (tools.length > MAX_TOOLS) {
        throw new ToolError(
          `MCP server "${this.options.name}" has more than the allowed ${MAX_TOOLS} tools`,
        );
      }
    } while (cursor !== undefined && cursor !== '');
    return tools;
  }

  /** @throws ToolError when there is no result. */
  callTool(
    name: string,
    args: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<CallToolResult> {
    // The SDK's own callTool compiles schemas of the server, patterns included, which could hang this process.
    return this.use(({ client }) =>
      client.request(
        { method: 'tools/call', params: { name, arguments: args } },
        CallToolResultSchema,
        this.requestOptions(signal),
      ),
    );
  }

  /** Ends the connection, and the process of a stdio server. */
  async close(): Promise<void> {
    this.isClosed = true;
    const { current } = this;
    this.current = undefined;
    if (!current) return;
    const connection = await current.catch(() => undefined);
    if (connection) await end(connection);
  }

  private requestOptions(signal?: AbortSignal) {
    const timeout = this.options.timeoutMs;
    return { signal, timeout, maxTotalTimeout: timeout };
  }

  private async use<T>(
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    const used = this.connection();
    try {
      return await work(await used);
    } catch (error) {
      if (!(await this.isLost(used, error))) {
        throw await this.described(error, used);
      }
    }
    const again = this.connection();
    try {
      return await work(await again);
    } catch (error) {
      throw await this.described(error, again);
    }
  }

  /** Whether the request never reached a session, so that it may be repeated with a new one. */
  private async isLost(
    used: Promise<Connection>,
    error: unknown,
  ): Promise<boolean> {
    if (Reflect.get(Object(error), 'code') !== SESSION_LOST) return false;
    const connection = await used.catch(() => undefined);
    if (!connection) return false;
    if (this.current === used) this.current = undefined;
    await end(connection);
    return true;
  }

  private connection(): Promise<Connection> {
    if (this.isClosed) throw new ToolError('the run is over');
    if (this.current) return this.current;
    const opened = this.connect();
    this.current = opened;
    opened.then(
      ({ client }) => {
        client.onclose = () => this.forget(opened);
      },
      () => this.forget(opened),
    );
    return opened;
  }

  private forget(lost: Promise<Connection>): void {
    if (this.current === lost) this.current = undefined;
  }

  private async connect(): Promise<Connection> {
    const { Client: McpClient } = await import(
      '@modelcontextprotocol/sdk/client/index.js'
    );
    const { name, log, open } = this.options;
    const opened = await open();
    const client = new McpClient(
      { name: 'arena', version: ENGINE_VERSION },
      { capabilities: {} },
    );
    client.onerror = error => log?.(`MCP server "${name}": ${error.message}`);
    const connection = { ...opened, client };
    try {
      await client.connect(opened.transport, this.requestOptions());
    } catch (error) {
      await end(connection);
      throw this.failure(error, connection);
    }
    return connection;
  }

  private async described(
    error: unknown,
    used: Promise<Connection>,
  ): Promise<ToolError> {
    if (error instanceof ToolError) return error;
    return this.failure(error, await used.catch(() => undefined));
  }

  private failure(error: unknown, connection?: Connection): ToolError {
    const cause: unknown = Reflect.get(Object(error), 'cause');
    const reason =
      connection?.fault?.() ??
      [error, cause]
        .filter(entry => entry !== undefined)
        .map(entry => (entry instanceof Error ? entry.message : String(entry)))
        .join(': ');
    return new ToolError(`MCP server "${this.options.name}": ${reason}`);
  }
}

/** The server may be gone already; then there is nothing to tell it. */
async function end({ client, transport, leave }: Connection): Promise<void> {
  if (leave) await within(LEAVE_MS, leave());
  await client.close().catch(() => {});
  await transport.close().catch(() => {});
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>(resolve => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work.catch(() => {}), late]);
  clearTimeout(timer);
}
