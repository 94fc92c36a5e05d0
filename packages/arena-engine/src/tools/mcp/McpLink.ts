import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { ENGINE_VERSION } from '../../version';
import { ToolError } from '../ToolHandler';
import { OpenTransport } from './createTransport';
import { MAX_TOOL_PAGES, MAX_TOOLS } from './limits';

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
  /** Requests that wait for their answers. */
  users: number;
  isLost: boolean;
}

/** How servers say that they do not know the session (any more): what was asked of them was not done. */
const SESSION_LOST: ReadonlySet<unknown> = new Set([400, 404]);

/** How long a server may take to hear that a session is over. */
const LEAVE_MS = 2_000;

/** A connection to one MCP server: made when it is first used, and again when it was lost. */
export class McpLink {
  private current?: Promise<Connection>;
  private readonly ending = new Set<Promise<void>>();
  private readonly closing = new AbortController();

  constructor(private readonly options: McpLinkOptions) {}

  /** @throws ToolError when the server cannot be reached, or its list does not end. */
  async listTools(): Promise<McpToolInfo[]> {
    const { ListToolsResultSchema } = await loadTypes();
    const { name: server, timeoutMs } = this.options;
    const tools: McpToolInfo[] = [];
    const deadline = performance.now() + timeoutMs;
    let cursor: string | undefined;
    for (let pages = 1; ; pages++) {
      const params = cursor === undefined ? {} : { cursor };
      const page = await this.use(({ client }) =>
        client.request(
          { method: 'tools/list', params },
          ListToolsResultSchema,
          this.requestOptions(
            this.closing.signal,
            deadline - performance.now(),
          ),
        ),
      );
      for (const { name, description, inputSchema } of page.tools) {
        tools.push({ name, description: description ?? '', inputSchema });
      }
      cursor = page.nextCursor;
      if (tools.length > MAX_TOOLS) {
        throw new ToolError(
          `MCP server "${server}" has more than the allowed ${MAX_TOOLS} tools`,
        );
      }
      if (cursor === undefined || cursor === '') return tools;
      if (pages === MAX_TOOL_PAGES || performance.now() >= deadline) {
        throw new ToolError(
          `MCP server "${server}" does not end its list of tools: ${pages} pages, and there is another one`,
        );
      }
    }
  }

  /** @throws ToolError when there is no result. */
  async callTool(
    name: string,
    args: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<CallToolResult> {
    const { CallToolResultSchema } = await loadTypes();
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
    this.closing.abort(new ToolError('the run is over'));
    const { current } = this;
    this.current = undefined;
    const connection = await current?.catch(() => undefined);
    if (connection) await end(connection);
    await Promise.all(this.ending);
  }

  private requestOptions(
    signal: AbortSignal,
    timeout = this.options.timeoutMs,
  ) {
    return { signal, timeout, maxTotalTimeout: timeout };
  }

  private async use<T>(
    work: (connection: Connection) => Promise<T>,
    isAgain = false,
  ): Promise<T> {
    const connection = await this.connection();
    connection.users += 1;
    try {
      return await work(connection);
    } catch (error) {
      // What the server answers, and what the caller ends, says nothing about the connection.
      const { McpError } = await loadTypes();
      const isHttp = connection.leave ?? connection.isLoss;
      if (isHttp && !(error instanceof McpError)) this.lose(connection);
      const code: unknown = Reflect.get(Object(error), 'code');
      if (isHttp && SESSION_LOST.has(code) && !isAgain) {
        return await this.use(work, true);
      }
      throw this.failure(error, connection);
    } finally {
      connection.users -= 1;
      this.endIfUnused(connection);
    }
  }

  private connection(): Promise<Connection> {
    this.closing.signal.throwIfAborted();
    if (this.current) return this.current;
    const opened = this.connect();
    this.current = opened;
    opened.catch(() => {
      if (this.current === opened) this.current = undefined;
    });
    return opened;
  }

  /** The next request opens another connection; those that wait still may get their answers. */
  private lose(connection: Connection): void {
    if (connection.isLost) return;
    connection.isLost = true;
    this.current = undefined;
    this.endIfUnused(connection);
  }

  private endIfUnused(connection: Connection): void {
    if (!connection.isLost || connection.users > 0) return;
    const ending = end(connection).finally(() => this.ending.delete(ending));
    this.ending.add(ending);
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
    const connection = { ...opened, client, users: 0, isLost: false };
    client.onerror = error => {
      log?.(`MCP server "${name}": ${error.message}`);
      if (opened.isLoss?.(error)) this.lose(connection);
    };
    try {
      await client.connect(
        opened.transport,
        this.requestOptions(this.closing.signal),
      );
    } catch (error) {
      // What ends the process from here on is not the reason.
      const failure = this.failure(error, connection);
      await end(connection);
      throw failure;
    }
    client.onclose = () => this.lose(connection);
    return connection;
  }

  private failure(error: unknown, connection: Connection): ToolError {
    if (this.closing.signal.aborted) return new ToolError('the run is over');
    const cause: unknown = Reflect.get(Object(error), 'cause');
    const reason =
      connection.fault?.() ??
      [error, cause]
        .filter(entry => entry !== undefined)
        .map(entry => (entry instanceof Error ? entry.message : String(entry)))
        .join(': ');
    return new ToolError(`MCP server "${this.options.name}": ${reason}`);
  }
}

/** Only when used: most bundles have no servers, and the schemas take long to build. */
function loadTypes() {
  return import('@modelcontextprotocol/sdk/types.js');
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
