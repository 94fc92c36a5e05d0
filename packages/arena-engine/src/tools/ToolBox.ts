import { ToolEntry } from '../bundle/BundleContent';
import { MockTool } from './MockTool';
import { failed, Tool, ToolCallOptions, ToolOutcome } from './Tool';

/** The tools that a run's conversations share. */
export class ToolBox {
  private constructor(private readonly tools: ReadonlyMap<string, Tool>) {}

  static async create(entries: Iterable<ToolEntry>): Promise<ToolBox> {
    return new ToolBox(
      new Map(
        [...entries].map((entry): [string, Tool] => [
          entry.name,
          new MockTool(entry),
        ]),
      ),
    );
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

  /** Ends connections and processes of tools. */
  async close(): Promise<void> {
    // Mock tools hold nothing.
  }
}
