import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { ChildCommand, ChildGroup, describeEnd } from '../process/ChildGroup';
import { LineSplitter } from '../process/LineSplitter';
import { refuseDeepText } from '../toolJson';
import { MAX_MESSAGE_BYTES } from './limits';

/**
 * Speaks MCP with a process, one message a line. Unlike the SDK's own transport it ends whatever the process started (`npx` starts the
 * server as a child), and has limits.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  /** Why the connection ended, once it has. */
  fault?: string;
  private group?: ChildGroup;

  /** @param parse - throws when a value is no message */
  constructor(
    private readonly command: ChildCommand,
    private readonly parse: (value: unknown) => JSONRPCMessage,
  ) {}

  async start(): Promise<void> {
    const group = new ChildGroup(this.command);
    this.group = group;
    const lines = new LineSplitter(MAX_MESSAGE_BYTES, line => this.read(line));
    group.stdout.on('data', (chunk: Buffer) => {
      if (this.fault !== undefined) return;
      try {
        lines.push(chunk);
      } catch (error) {
        this.fault = error instanceof Error ? error.message : String(error);
        this.onerror?.(new Error(this.fault));
        group.kill();
      }
    });
    void group.ended.then(end => {
      this.fault ??= `${describeEnd(end)}${group.complaint}`;
      this.onclose?.();
    });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    this.group?.stdin.write(`${JSON.stringify(message)}\n`);
  }

  async close(): Promise<void> {
    await this.group?.stop();
  }

  private read(line: string): void {
    if (line.trim() === '') return;
    refuseDeepText(line);
    let message: JSONRPCMessage;
    try {
      message = this.parse(JSON.parse(line));
    } catch {
      // Servers that print to their standard output are common; their messages go on.
      this.onerror?.(
        new Error(
          `it wrote what is no message: ${this.command
            .redact(line)
            .slice(0, 200)}`,
        ),
      );
      return;
    }
    this.onmessage?.(message);
  }
}
