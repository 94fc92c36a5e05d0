import { ResolvedTool } from '@backstage-arena/plugin-arena-common';
import { BundleFault } from '../conversation/errors';
import { ProviderError } from '../providers/ChatProvider';
import { SecretReader } from '../providers/SecretReader';
import { McpServer } from './mcp/McpServer';
import { registryEntries } from './registryEntries';
import { failed, Tool, ToolCallOptions, ToolOutcome } from './Tool';
import { Allowed, ToolContent, ToolFactory } from './ToolFactory';

export interface ToolBoxOptions {
  content: ToolContent;
  /** Instead of the bundle's own tools and MCP servers. */
  registryTools?: readonly ResolvedTool[];
  /** What may be started on this machine. Default: nothing. */
  allow?: Allowed;
  secrets: SecretReader;
  log?: (line: string) => void;
}

/** The tools that a run's conversations share. */
export class ToolBox {
  private readonly tools = new Map<string, Tool>();
  private preparing?: Promise<void>;
  private prepared = false;

  private constructor(
    private readonly options: ToolBoxOptions,
    private readonly factory: ToolFactory,
  ) {}

  /**
   * Opens no connections yet.
   *
   * @throws PlanError when tools of registries cannot be used, or clash.
   */
  static async create(options: ToolBoxOptions): Promise<ToolBox> {
    const { content, registryTools, secrets, log } = options;
    const factory = new ToolFactory({
      content,
      servers: registryTools ? [] : content.arena.mcp_servers ?? [],
      allow: options.allow ?? {},
      secrets,
      log,
    });
    const box = new ToolBox(options, factory);
    const definitions = registryTools
      ? registryEntries(registryTools)
      : content.tools.values();
    for (const definition of definitions) {
      box.tools.set(definition.name, factory.create(definition));
    }
    return box;
  }

  /** Whether {@link ToolBox.ready} has nothing left to do. */
  get isReady(): boolean {
    return this.prepared;
  }

  /**
   * Asks the MCP servers for their tools, once. Is to be awaited before {@link allowed}.
   *
   * @throws ProviderError when a server that a prompt needs cannot be reached; the next call tries again.
   * @throws BundleFault when a tool's name is taken.
   */
  async ready(): Promise<void> {
    this.preparing ??= this.prepare();
    try {
      await this.preparing;
      this.prepared = true;
    } catch (error) {
      this.preparing = undefined;
      throw error;
    }
  }

  /** The tools that a prompt allows; a trailing `*` stands for any rest of the name. */
  allowed(names: readonly string[]): Tool[] {
    return [...this.tools.values()].filter(({ descriptor: { name } }) =>
      names.some(allowed =>
        allowed.endsWith('*')
          ? name.startsWith(allowed.slice(0, -1))
          : name === allowed,
      ),
    );
  }

  async call(
    name: string,
    args: Record<string, unknown>,
    options: ToolCallOptions,
  ): Promise<ToolOutcome> {
    const tool = this.tools.get(name);
    return tool
      ? tool.call(args, options)
      : failed(`tool not found: ${name}`, 'execution');
  }

  /** Ends the connections that a conversation had to itself. */
  endConversation(conversation: string): void {
    this.factory.endConversation(conversation);
  }

  /** Ends connections and processes of tools. */
  async close(): Promise<void> {
    await this.factory.close();
  }

  private async prepare(): Promise<void> {
    const servers = [...this.factory.servers.values()];
    const lists = await Promise.all(servers.map(server => this.list(server)));
    const listed = new Map<string, Tool>();
    lists.forEach((tools, index) => this.add(servers[index], tools, listed));
    listed.forEach((tool, name) => this.tools.set(name, tool));
  }

  private async list(server: McpServer): Promise<Tool[]> {
    try {
      const tools = await server.listTools();
      return tools.map(info => this.factory.createListed(server, info));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (this.isNeeded(server)) {
        throw new ProviderError('connection', message, true);
      }
      this.options.log?.(`warning: ${message}`);
      return [];
    }
  }

  private add(
    server: McpServer,
    tools: readonly Tool[],
    listed: Map<string, Tool>,
  ): void {
    for (const tool of tools) {
      const { name } = tool.descriptor;
      if (this.isOwnDescription(name, server)) continue;
      if (this.tools.has(name) || listed.has(name)) {
        const file = this.options.content.tools.get(name)?.file;
        throw new BundleFault(
          `Tool "${name}" of the MCP server "${
            server.name
          }" has the name of another one${file ? ` (${file})` : ''}`,
        );
      }
      listed.set(name, tool);
    }
  }

  /** Whether a file of the bundle describes the very tool that the server lists: then the file's words are taken. */
  private isOwnDescription(name: string, server: McpServer): boolean {
    const spec = this.options.content.tools.get(name)?.spec;
    if (spec?.mode !== 'mcp') return false;
    const target = this.factory.targetOf(name, spec);
    return (
      target?.server === server.name &&
      name === `mcp__${target.server}__${target.tool}`
    );
  }

  /** Whether some prompt allows a tool of the server. */
  private isNeeded(server: McpServer): boolean {
    const prefix = `mcp__${server.name}__`;
    return [...this.options.content.prompts.values()].some(({ spec }) =>
      spec.allowed_tools?.some(
        allowed =>
          allowed.startsWith(prefix) ||
          (allowed.endsWith('*') && prefix.startsWith(allowed.slice(0, -1))),
      ),
    );
  }
}
