import path from 'node:path';
import { BundleContent } from '../bundle/BundleContent';
import { configFolder } from '../bundle/configFolder';
import {
  McpConnectionSpec,
  McpServerSpec,
  transportOf,
} from '../bundle/schemas/mcp';
import { RegistryToolSpec } from '../bundle/schemas/tool';
import { loadPart } from '../media/loadPart';
import { SecretReader } from '../providers/SecretReader';
import { ContractTool } from './ContractTool';
import { ExecHandler } from './exec/ExecHandler';
import { ExecServer } from './exec/ExecServer';
import { execCommand } from './exec/execCommand';
import { HttpClient } from './http/HttpClient';
import { HttpHandler } from './http/HttpHandler';
import { createTransport } from './mcp/createTransport';
import { McpHandler } from './mcp/McpHandler';
import { McpToolInfo } from './mcp/McpLink';
import { McpServer, mcpTimeoutMs } from './mcp/McpServer';
import { MockHandler } from './mock/MockHandler';
import { ToolError, ToolHandler } from './ToolHandler';
import { Variables } from './Variables';

const DEFAULT_TIMEOUT_MS = 30_000;

/** What tools need to know of their bundle. */
export type ToolContent = Pick<
  BundleContent,
  'directory' | 'arenaFile' | 'arena' | 'prompts' | 'tools'
>;

/** What a run may start on this machine. */
export interface Allowed {
  exec?: boolean;
  stdio?: boolean;
}

export interface ToolDefinition {
  name: string;
  spec: RegistryToolSpec;
  credentialSlots?: Readonly<Record<string, string>>;
}

interface Made {
  handler: ToolHandler;
  timeoutMs?: number;
  outputSchema?: unknown;
}

/** Makes tools of what files and registries say, and keeps what has to be closed. */
export class ToolFactory {
  /** The bundle's own servers, by name. */
  readonly servers: ReadonlyMap<string, McpServer>;
  private readonly inPlace = new Map<string, McpServer>();
  private readonly handlers: ToolHandler[] = [];
  private readonly client = new HttpClient();
  private readonly variables: Variables;
  /** The arena file's folder. */
  private readonly base: string;

  constructor(
    private readonly options: {
      content: ToolContent;
      /** Of the bundle; registries bring none. */
      servers: readonly McpServerSpec[];
      allow: Allowed;
      secrets: SecretReader;
      log?: (line: string) => void;
    },
  ) {
    const { content, servers, secrets } = options;
    this.base = path.join(content.directory, path.dirname(content.arenaFile));
    this.variables = new Variables(secrets);
    this.servers = new Map(
      servers.map(spec => [spec.name, this.createServer(spec)]),
    );
  }

  create(definition: ToolDefinition): ContractTool {
    const { name, spec } = definition;
    const { handler, timeoutMs, outputSchema } = this.make(definition);
    this.handlers.push(handler);
    return new ContractTool({
      descriptor: {
        name,
        description: spec.description,
        inputSchema: spec.input_schema,
      },
      outputSchema,
      timeoutMs,
      handler,
    });
  }

  /** A tool that a server lists. */
  createListed(server: McpServer, info: McpToolInfo): ContractTool {
    return new ContractTool({
      descriptor: {
        name: `mcp__${server.name}__${info.name}`,
        description: info.description,
        inputSchema: info.inputSchema,
      },
      timeoutMs: server.timeoutMs,
      handler: new McpHandler(server, info.name),
    });
  }

  /** The server and its tool that a tool of mode `mcp` stands for; undefined when it names none. */
  targetOf(
    name: string,
    { mcp }: Pick<RegistryToolSpec, 'mcp'>,
  ): { server: string; tool: string } | undefined {
    if (mcp) {
      return mcp.server
        ? { server: mcp.server, tool: mcp.tool ?? name }
        : undefined;
    }
    const names = [...this.servers.keys()];
    const server = names.find(entry => name.startsWith(`mcp__${entry}__`));
    if (server) {
      return { server, tool: name.slice(`mcp__${server}__`.length) };
    }
    return names.length === 1 ? { server: names[0], tool: name } : undefined;
  }

  endConversation(conversation: string): void {
    for (const server of this.allServers()) {
      server.endConversation(conversation);
    }
  }

  async close(): Promise<void> {
    await Promise.all([
      ...this.handlers.map(handler => handler.close?.()),
      ...this.allServers().map(server => server.close()),
    ]);
    await this.client.close();
  }

  private allServers(): McpServer[] {
    return [...this.servers.values(), ...this.inPlace.values()];
  }

  private make(definition: ToolDefinition): Made {
    const { spec } = definition;
    switch (spec.mode) {
      case 'live':
        return this.live(definition);
      case 'exec':
        return this.exec(definition);
      case 'mcp':
        return this.mcp(definition);
      default:
        // A client's own tools are simulated: nothing here carries them out.
        return {
          handler: new MockHandler(spec, part =>
            loadPart(
              part,
              this.options.content.directory,
              configFolder(this.options.content),
            ),
          ),
          outputSchema:
            spec.client?.validate_output === false
              ? undefined
              : spec.output_schema,
        };
    }
  }

  private live({ spec, credentialSlots }: ToolDefinition): Made {
    const { http } = spec;
    if (!http) return unusable('it has no block http');
    return {
      handler: new HttpHandler(http, {
        client: this.client,
        variables: this.variables,
        credentialSlots,
      }),
      timeoutMs: http.timeout_ms || spec.timeout_ms || DEFAULT_TIMEOUT_MS,
      outputSchema: spec.output_schema,
    };
  }

  private exec({ spec }: ToolDefinition): Made {
    const { exec } = spec;
    if (!exec) return unusable('it has no block exec');
    if (!this.options.allow.exec) return unusable('exec tools are not allowed');
    const command = () => execCommand(exec, this.base, this.variables);
    return {
      handler:
        exec.runtime === 'server'
          ? new ExecServer(command)
          : new ExecHandler(command),
      timeoutMs: exec.timeout_ms || spec.timeout_ms || DEFAULT_TIMEOUT_MS,
      outputSchema: spec.output_schema,
    };
  }

  private mcp(definition: ToolDefinition): Made {
    const { name, spec } = definition;
    const { mcp } = spec;
    if (mcp && !mcp.server) {
      const server = this.serverInPlace(definition, mcp);
      return {
        handler: new McpHandler(server, mcp.tool ?? name),
        timeoutMs: spec.timeout_ms || server.timeoutMs,
      };
    }
    const target = this.targetOf(name, spec);
    const server = target && this.servers.get(target.server);
    if (!target || !server) {
      const known = [...this.servers.keys()].join(', ') || 'none';
      return unusable(
        `it names no MCP server: mcp_servers has ${known}, and tools of mode mcp have a name mcp__<server>__<tool> or a block mcp`,
      );
    }
    return {
      handler: new McpHandler(server, target.tool),
      timeoutMs: spec.timeout_ms || server.timeoutMs,
    };
  }

  /** Tools that describe the same server share a connection. */
  private serverInPlace(
    { name, credentialSlots, spec }: ToolDefinition,
    connection: McpConnectionSpec & { server?: string; tool?: string },
  ): McpServer {
    const { server: _server, tool: _tool, ...given } = connection;
    const timeoutMs = mcpTimeoutMs(given.timeout_ms || spec.timeout_ms);
    const key = JSON.stringify([given, credentialSlots, timeoutMs]);
    const known = this.inPlace.get(key);
    if (known) return known;
    const server = this.createServer(
      { ...given, name: given.url ?? given.command ?? name },
      { credentialSlots, timeoutMs },
    );
    this.inPlace.set(key, server);
    return server;
  }

  private createServer(
    spec: McpServerSpec,
    more: {
      credentialSlots?: Readonly<Record<string, string>>;
      timeoutMs?: number;
    } = {},
  ): McpServer {
    const { credentialSlots, timeoutMs = spec.timeout_ms } = more;
    return new McpServer({
      spec: { ...spec, timeout_ms: timeoutMs },
      log: this.options.log,
      open: async () => {
        if (transportOf(spec) === 'stdio' && !this.options.allow.stdio) {
          throw new ToolError('MCP servers over stdio are not allowed');
        }
        return createTransport(
          { ...spec, credentialSlots },
          {
            cwd: this.base,
            client: this.client,
            variables: this.variables,
          },
        );
      },
    });
  }
}

/** What is missing fails the calls of the tool, not the bundle: most scenarios do without it. */
function unusable(reason: string): Made {
  return {
    handler: {
      handle: () => {
        throw new ToolError(reason);
      },
    },
  };
}
