import { isTextTooDeep, MAX_DEPTH } from '../../text/jsonDepth';
import { ProviderError } from '../ChatProvider';

/** @throws ProviderError when the text is JSON that is nested too deeply. Text that is no JSON gives undefined. */
export function parseJson(text: string): unknown {
  if (isTextTooDeep(text)) {
    throw new ProviderError(
      'provider',
      `The provider's answer is nested more than ${MAX_DEPTH} levels deep`,
      false,
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
