import { ConversationMessage, MediaPart } from '../../conversation/messages';
import { ProviderError } from '../ChatProvider';

/** The address of a medium, its content included when it has no other. */
export function mediaUrl({ data, url, mimeType }: MediaPart): string {
  return data === undefined
    ? url ?? ''
    : `data:${mimeType || 'application/octet-stream'};base64,${data}`;
}

export function hasMedia({ parts }: ConversationMessage): boolean {
  return parts?.some(({ type }) => type !== 'text') ?? false;
}

/** @param what - for example `audio` */
export function cannotSend(what: string, vendor: string): ProviderError {
  return new ProviderError(
    'invalid_request',
    `${vendor} cannot be sent ${what}`,
    false,
  );
}
