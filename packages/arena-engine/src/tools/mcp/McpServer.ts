import { McpServerSpec } from '../../bundle/schemas/mcp';
import { OpenTransport } from './createTransport';
import { McpLink, McpToolInfo } from './McpLink';
import { timerMs } from '../../util/timerMs';

const DEFAULT_TIMEOUT_MS = 30_000;

/** How long a server's answers may take. */
export function mcpTimeoutMs(given: number | undefined): number {
  return timerMs(given || DEFAULT_TIMEOUT_MS);
}

export interface McpServerOptions {
  spec: Pick<McpServerSpec, 'name' | 'timeout_ms' | 'tool_filter' | 'scope'>;
  open: () => Promise<OpenTransport>;
  log?: (line: string) => void;
}

/**
 * A server of a run. With the scopes `scenario` and `session` each conversation has a connection, and with stdio a process, of its own;
 * otherwise they share one.
 */
export class McpServer {
  private readonly shared: McpLink;
  private readonly own = new Map<string, McpLink>();
  private readonly ending = new Set<Promise<void>>();

  constructor(private readonly options: McpServerOptions) {
    this.shared = this.createLink();
  }

  get name(): string {
    return this.options.spec.name;
  }

  get timeoutMs(): number {
    return mcpTimeoutMs(this.options.spec.timeout_ms);
  }

  /** The tools that the filter lets through. */
  async listTools(): Promise<McpToolInfo[]> {
    if (!this.isPerConversation) {
      return this.filtered(await this.shared.listTools());
    }
    const link = this.createLink();
    try {
      return this.filtered(await link.listTools());
    } finally {
      await link.close();
    }
  }

  linkFor(conversation: string | undefined): McpLink {
    if (!this.isPerConversation || conversation === undefined) {
      return this.shared;
    }
    let link = this.own.get(conversation);
    if (!link) {
      link = this.createLink();
      this.own.set(conversation, link);
    }
    return link;
  }

  endConversation(conversation: string): void {
    const link = this.own.get(conversation);
    if (!link) return;
    this.own.delete(conversation);
    const end = link.close().finally(() => this.ending.delete(end));
    this.ending.add(end);
  }

  async close(): Promise<void> {
    const links = [this.shared, ...this.own.values()];
    this.own.clear();
    await Promise.all([...links.map(link => link.close()), ...this.ending]);
  }

  private get isPerConversation(): boolean {
    const { scope = 'run' } = this.options.spec;
    return scope !== 'run';
  }

  private createLink(): McpLink {
    const { open, log } = this.options;
    return new McpLink({
      name: this.name,
      timeoutMs: this.timeoutMs,
      open,
      log,
    });
  }

  private filtered(tools: McpToolInfo[]): McpToolInfo[] {
    const { allowlist, blocklist } = this.options.spec.tool_filter ?? {};
    return tools.filter(
      ({ name }) =>
        (!allowlist?.length || allowlist.includes(name)) &&
        !blocklist?.includes(name),
    );
  }
}
