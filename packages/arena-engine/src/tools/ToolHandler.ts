import { MessagePart } from '../conversation/messages';
import { ToolCallOptions } from './Tool';

/** What came of a call. */
export interface ToolAnswer {
  /** A text, or a JSON value. */
  value: unknown;
  /** How a number was written, which a number does not remember. */
  literal?: string;
  /** Everything of an answer that has media, its text included. */
  parts?: MessagePart[];
}

/** How a tool is carried out, once its arguments are known to be right. Safe for many calls at a time. */
export interface ToolHandler {
  /** Rejects with what the model is to read. */
  handle(
    args: Record<string, unknown>,
    options: ToolCallOptions,
  ): Promise<ToolAnswer> | ToolAnswer;
  /** Ends what the handler holds, processes included. */
  close?(): Promise<void>;
}

/** A call that failed, in words for the model. */
export class ToolError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ToolError';
  }
}
