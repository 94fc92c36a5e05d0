import { SourceFetchError } from '@backstage-arena/plugin-arena-node';
import { GuardedAnswer } from '../../web/GuardedHttp';
import { describeHttpFailure } from '../describeHttpFailure';

/** All of a small answer. @throws SourceFetchError */
export async function readAnswer(
  { body, url }: GuardedAnswer,
  options: { limit: number; signal: AbortSignal },
): Promise<Buffer> {
  const { limit, signal } = options;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > limit) {
        throw new SourceFetchError(
          'TooLarge',
          `${url.host} sends more than ${limit} bytes where a manifest or a token is expected`,
        );
      }
      chunks.push(chunk);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw describeHttpFailure(error, url.host);
  }
  return Buffer.concat(chunks);
}
