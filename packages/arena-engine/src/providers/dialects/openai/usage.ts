import { count, object } from '../../http/read';
import { Usage } from '../Dialect';

/** The token counts of a chat completion. */
export function readChatUsage(value: unknown): Usage {
  const usage = object(value);
  return {
    inputTokens: count(usage?.prompt_tokens),
    outputTokens: count(usage?.completion_tokens),
    cachedTokens: count(object(usage?.prompt_tokens_details)?.cached_tokens),
  };
}

/** The token counts of a response. */
export function readResponseUsage(value: unknown): Usage {
  const usage = object(value);
  return {
    inputTokens: count(usage?.input_tokens),
    outputTokens: count(usage?.output_tokens),
    cachedTokens: count(object(usage?.input_tokens_details)?.cached_tokens),
  };
}
