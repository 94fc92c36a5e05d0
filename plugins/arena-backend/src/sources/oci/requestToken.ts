import { SourceFetchError } from '@backstage-arena/plugin-arena-node';
import { z } from 'zod/v4';
import { GuardedAnswer, GuardedHttp } from '../../web/GuardedHttp';
import { describeHttpFailure } from '../describeHttpFailure';
import { readAnswer } from './readAnswer';

/** Options of {@link requestToken}. */
export interface TokenRequestOptions {
  http: GuardedHttp;
  /** The registry, for messages. */
  host: string;
  /** Value of the header; absent: as nobody. */
  authorization?: string;
  hasIdentityToken: boolean;
  insecure: boolean;
  signal: AbortSignal;
}

const MAX_TOKEN_BYTES = 1024 * 1024;

const tokenSchema = z.object({
  token: z.string().optional(),
  access_token: z.string().optional(),
});

/**
 * Asks for a token where a registry sends its clients.
 *
 * @returns the token, or the status with which it is refused
 * @throws SourceFetchError
 */
export async function requestToken(
  url: URL,
  options: TokenRequestOptions,
): Promise<{ token: string } | { status: number }> {
  const { http, host, authorization, insecure, signal } = options;
  if (url.protocol !== 'https:' && !insecure) {
    throw failed(
      `${host} sends for a token to ${url.host} by plain HTTP, which is not done unless spec.oci.insecure is set`,
    );
  }
  if (options.hasIdentityToken) {
    throw failed(
      `The Secret has an identity token for ${host}: supported are user names with passwords or access tokens`,
    );
  }
  let answer: GuardedAnswer;
  try {
    const headers = authorization ? { authorization } : undefined;
    answer = await http.request(url, { headers, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw describeHttpFailure(error, url.host);
  }
  if (answer.status !== 200) {
    answer.body.on('error', () => undefined).destroy();
    // Some services hide so that they do not know somebody.
    return { status: answer.status === 404 ? 401 : answer.status };
  }
  const bytes = await readAnswer(answer, { limit: MAX_TOKEN_BYTES, signal });
  const token = readToken(bytes.toString('utf8'));
  if (!token) throw failed(`${url.host} gave no token for ${host}`);
  return { token };
}

function readToken(text: string): string | undefined {
  try {
    const found = tokenSchema.parse(JSON.parse(text));
    return found.token ?? found.access_token;
  } catch {
    return undefined;
  }
}

function failed(message: string): SourceFetchError {
  return new SourceFetchError('AuthenticationFailed', message);
}
