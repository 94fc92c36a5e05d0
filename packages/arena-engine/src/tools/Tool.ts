import { ContentPart } from '../bundle/schemas/scenario';
import { ToolResultInfo } from '../conversation/messages';

/** What a tool answered. */
export interface ToolOutcome {
  /** What the model reads. */
  text: string;
  /** The same as compact JSON, or the bare text. */
  compact: string;
  error?: string;
  errorType?: ToolResultInfo['errorType'];
  parts?: ContentPart[];
}

/** A tool as a provider is told about it. */
export interface ToolDescriptor {
  name: string;
  description: string;
  inputSchema: unknown;
}

/** A tool that a conversation can call. */
export interface Tool {
  readonly descriptor: ToolDescriptor;
  /** Never rejects for a fault of the call: that is an outcome with an error. */
  call(args: Record<string, unknown>): Promise<ToolOutcome>;
}
