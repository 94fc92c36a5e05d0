import { ChatProvider, ProviderError } from './ChatProvider';
import { SecretReader } from './SecretReader';

/** Most characters of what is shown of an error. */
const MAX_MESSAGE = 600;

/**
 * The same error without secrets, and short. Servers repeat what they refuse, so secrets go first: of one that is cut in two nobody
 * would know the half that is left.
 */
export function tidyError(error: unknown, secrets: SecretReader): unknown {
  if (!(error instanceof ProviderError)) return error;
  const { errorClass, retryable, retryAfterMs } = error;
  const message = secrets.redact(error.message);
  if (message === error.message && message.length <= MAX_MESSAGE) return error;
  return new ProviderError(
    errorClass,
    message.slice(0, MAX_MESSAGE),
    retryable,
    retryAfterMs,
  );
}

/** The same provider with tidy errors. */
export function withTidyErrors(
  provider: ChatProvider,
  secrets: SecretReader,
): ChatProvider {
  return {
    chat: async request => {
      try {
        return await provider.chat(request);
      } catch (error) {
        throw tidyError(error, secrets);
      }
    },
    endConversation: id => provider.endConversation?.(id),
    close: () => provider.close(),
  };
}
