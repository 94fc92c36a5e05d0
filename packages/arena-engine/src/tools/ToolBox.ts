import { ToolEntry } from '../bundle/BundleContent';
import { failed, MockTool } from './MockTool';
import { Tool, ToolDescriptor, ToolOutcome } from './Tool';

/** The tools of a bundle. */
export class ToolBox {
  private readonly tools: Map<string, Tool>;

  constructor(entries: Iterable<ToolEntry>) {
    this.tools = new Map(
      [...entries].map((entry): [string, Tool] => [
        entry.name,
        new MockTool(entry),
      ]),
    );
  }

  /** The tools that a prompt allows; a trailing `*` stands for any rest of the name. */
  allowed(names: readonly string[]): ToolDescriptor[] {
    return [...this.tools.values()]
      .map(({ descriptor }) => descriptor)
      .filter(({ name }) =>
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
  ): Promise<ToolOutcome> {
    const tool = this.tools.get(name);
    return tool
      ? tool.call(args)
      : failed(`tool not found: ${name}`, 'execution');
  }
}
