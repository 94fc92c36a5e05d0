/** Exit statuses of `arena`. */
export const EXIT = {
  ok: 0,
  /** What was asked for could not be done, or its outcome is a failure. */
  failed: 1,
  /** The command line itself is wrong. */
  usage: 2,
  interrupted: 130,
  terminated: 143,
} as const;

/** An error whose message is all that the user needs: no stack is printed. */
export class CliError extends Error {
  readonly exitCode: number;
  /** One line each, printed below the message. */
  readonly details: readonly string[];

  constructor(
    message: string,
    options: {
      exitCode?: number;
      details?: readonly string[];
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'CliError';
    this.exitCode = options.exitCode ?? EXIT.failed;
    this.details = options.details ?? [];
  }
}

/** The command line is wrong. */
export class UsageError extends CliError {
  constructor(message: string) {
    super(message, { exitCode: EXIT.usage });
    this.name = 'UsageError';
  }
}
