/** A check that was made in a saved conversation. @public */
export interface SavedCheck {
  type: string;
  passed: boolean;
  skipped?: boolean;
  params?: Record<string, unknown>;
  message?: string;
}

/** A message of a saved conversation, without the system prompt. @public */
export interface SavedMessage {
  role: 'user' | 'assistant' | 'tool';
  content: string;
  toolCalls?: Array<{ name: string; arguments: Record<string, unknown> }>;
  /** Verdicts of the turn that the message ended. */
  checks?: SavedCheck[];
}

/** A conversation of an earlier run, wherever it was saved. @public */
export interface SavedConversation {
  /** Name of the conversation, for files that are made of it. */
  id: string;
  scenario: string;
  provider: string;
  messages: SavedMessage[];
  /** Checks of the whole conversation. */
  checks: SavedCheck[];
  /** Its replies were streamed: the mock counts them otherwise. */
  streamed: boolean;
  /** Something went wrong beside checks. */
  error?: string;
  /** Texts were cut when it was saved. */
  truncated?: boolean;
}

/** Whether every check passed and nothing went wrong. */
export function hasPassed(conversation: SavedConversation): boolean {
  return (
    conversation.error === undefined && failedChecks(conversation).length === 0
  );
}

/** All checks that failed, those of turns first. */
export function failedChecks({
  messages,
  checks,
}: SavedConversation): SavedCheck[] {
  return [
    ...messages.flatMap(message => message.checks ?? []),
    ...checks,
  ].filter(({ passed, skipped }) => !passed && !skipped);
}
