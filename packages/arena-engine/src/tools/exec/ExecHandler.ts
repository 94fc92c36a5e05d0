import { ToolCallOptions } from '../Tool';
import { ToolAnswer, ToolError, ToolHandler } from '../ToolHandler';
import { ChildCommand, ChildGroup, describeEnd } from '../process/ChildGroup';
import { MAX_RESULT_BYTES, parseToolText } from '../toolJson';

/** Starts one process for each call: arguments as JSON on its input, the result on its output. */
export class ExecHandler implements ToolHandler {
  private readonly running = new Set<ChildGroup>();
  private isClosed = false;

  /** @param command - made for each call; throws ToolError when a variable is missing */
  constructor(private readonly command: () => ChildCommand) {}

  async handle(
    args: Record<string, unknown>,
    { signal }: ToolCallOptions,
  ): Promise<ToolAnswer> {
    if (this.isClosed) throw new ToolError('the run is over');
    signal.throwIfAborted();
    const group = new ChildGroup(this.command());
    this.running.add(group);
    const abort = () => group.kill();
    signal.addEventListener('abort', abort, { once: true });
    try {
      return { value: parseToolText(await this.run(group, args)) };
    } finally {
      signal.removeEventListener('abort', abort);
      this.running.delete(group);
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all(
      [...this.running].map(group => {
        group.kill();
        return group.ended;
      }),
    );
  }

  private async run(
    group: ChildGroup,
    args: Record<string, unknown>,
  ): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    group.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_RESULT_BYTES) group.kill();
      else chunks.push(chunk);
    });
    group.stdin.end(`${JSON.stringify(args)}\n`);
    const end = await group.ended;
    if (bytes > MAX_RESULT_BYTES) {
      throw new ToolError(
        `the output has more than the allowed ${MAX_RESULT_BYTES} bytes`,
      );
    }
    if (end.fault || end.code !== 0) {
      throw new ToolError(`${describeEnd(end)}${group.complaint}`);
    }
    return Buffer.concat(chunks).toString('utf8');
  }
}
