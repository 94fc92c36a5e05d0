import { MessagePart, ToolResultInfo } from '../conversation/messages';

/** What a tool answered. */
export interface ToolOutcome {
  /** What the model reads. */
  text: string;
  /** The same as compact JSON, or the bare text. */
  compact: string;
  error?: string;
  errorType?: ToolResultInfo['errorType'];
  parts?: MessagePart[];
}

/** A tool as a provider is told about it. */
export interface ToolDescriptor {
  name: string;
  description: string;
  /** JSON schema of the arguments. */
  inputSchema: unknown;
}

export interface ToolCallOptions {
  /** Aborted when the item is over or stopped. */
  signal: AbortSignal;
  /** Id of the conversation that calls: some servers hold state for each. */
  conversation?: string;
}

/** A tool that a conversation can call. Safe for many calls at a time. */
export interface Tool {
  readonly descriptor: ToolDescriptor;
  /** Never rejects for a fault of the call: that is an outcome with an error. */
  call(
    args: Record<string, unknown>,
    options: ToolCallOptions,
  ): Promise<ToolOutcome>;
}

/** An outcome with an error, as the model reads it. */
export function failed(
  error: string,
  errorType: NonNullable<ToolResultInfo['errorType']>,
): ToolOutcome {
  const text = `Error: ${error}`;
  return { text, compact: text, error, errorType };
}
