import { ConversationMessage, MediaPart } from '../../conversation/messages';
import { ProviderError } from '../ChatProvider';

/** The address of a medium, its content included when it has no other. */
export function mediaUrl({ data, url, mimeType }: MediaPart): string {
  return data === undefined
    ? url ?? ''
    : `data:${mimeType || 'application/octet-stream'};base64,${data}`;
}

export function hasMedia({
  parts,
}: Pick<ConversationMessage, 'parts'>): boolean {
  return parts?.some(({ type }) => type !== 'text') ?? false;
}

/** Whether a message has media of its own or of a tool's result. */
export function carriesMedia(message: ConversationMessage): boolean {
  return hasMedia(message) || hasMedia(message.toolResult ?? {});
}

/** @param what - for example `audio` */
export function cannotSend(what: string, vendor: string): ProviderError {
  return new ProviderError(
    'invalid_request',
    `${vendor} cannot be sent ${what}`,
    false,
  );
}
