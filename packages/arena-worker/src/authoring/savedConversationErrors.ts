import { CliError } from '../cli/errors';

/** Turns what is wrong with saved conversations into an error for the terminal. */
export async function savedConversationErrors<T>(
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}
