import { ToolCallOptions } from '../Tool';
import { ToolAnswer, ToolHandler } from '../ToolHandler';
import { mcpAnswer } from './mcpAnswer';
import { McpServer } from './McpServer';

/** Calls one tool of an MCP server. */
export class McpHandler implements ToolHandler {
  constructor(
    private readonly server: McpServer,
    private readonly tool: string,
  ) {}

  async handle(
    args: Record<string, unknown>,
    { signal, conversation }: ToolCallOptions,
  ): Promise<ToolAnswer> {
    const link = this.server.linkFor(conversation);
    return mcpAnswer(await link.callTool(this.tool, args, signal));
  }
}
