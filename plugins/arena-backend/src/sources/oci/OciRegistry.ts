import { AddressPolicy } from '@backstage-arena/plugin-arena-common/network';
import { SourceFetchError } from '@backstage-arena/plugin-arena-node';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { GuardedAnswer, GuardedHttp } from '../../web/GuardedHttp';
import { describeHttpFailure } from '../describeHttpFailure';
import { basicOf, OciCredential } from './OciCredential';
import { Descriptor, MANIFEST_TYPES } from './manifests';
import { OciReference } from './OciReference';
import { parseChallenge } from './parseChallenge';
import { readAnswer } from './readAnswer';
import { requestToken } from './requestToken';

/** Options of an {@link OciRegistry}. */
export interface OciRegistryOptions {
  reference: OciReference;
  credential: OciCredential;
  policy: AddressPolicy;
  /** Allows plain HTTP, and certificates that are not trusted. */
  insecure: boolean;
  signal: AbortSignal;
}

/** The distribution specification's own limit. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/** Reads one repository of a registry, as far as the distribution specification of OCI goes. */
export class OciRegistry {
  readonly #options: OciRegistryOptions;
  readonly #http: GuardedHttp;
  #scheme = 'https';
  #authorization: string | undefined;

  constructor(options: OciRegistryOptions) {
    const { policy, credential, insecure } = options;
    this.#options = options;
    this.#http = new GuardedHttp({
      policy,
      ca: credential.ca,
      anyCertificate: insecure,
    });
  }

  async close(): Promise<void> {
    await this.#http.close();
  }

  /** A manifest or an index, by tag or digest; what comes by a digest is checked. */
  async manifest(
    reference: string,
  ): Promise<{ digest: string; mediaType: string; body: unknown }> {
    const answer = await this.#get(`manifests/${reference}`, {
      accept: MANIFEST_TYPES.join(', '),
    });
    const bytes = await readAnswer(answer, {
      limit: MAX_MANIFEST_BYTES,
      signal: this.#options.signal,
    });
    const digest = digestOf(bytes);
    if (reference.startsWith('sha256:') && digest !== reference) {
      throw mismatch('the manifest', reference, digest);
    }
    let body: { mediaType?: unknown };
    try {
      body = JSON.parse(bytes.toString('utf8'));
    } catch {
      throw new SourceFetchError(
        'UnsupportedArtifact',
        `${this.#host}: the manifest is not JSON`,
      );
    }
    const named = typeof body?.mediaType === 'string' ? body.mediaType : '';
    const mediaType =
      named || (answer.headers['content-type'] ?? '').split(';')[0].trim();
    return { digest, mediaType, body };
  }

  /** Downloads a blob into a file, and checks its size and digest. */
  async download(descriptor: Descriptor, file: string): Promise<void> {
    const { digest, size } = descriptor;
    const answer = await this.#get(`blobs/${digest}`, {});
    const hash = createHash('sha256');
    let received = 0;
    try {
      await pipeline(
        answer.body,
        async function* check(chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            received += chunk.length;
            if (received > size) break;
            hash.update(chunk);
            yield chunk;
          }
        },
        createWriteStream(file),
        { signal: this.#options.signal },
      );
    } catch (error) {
      this.#options.signal.throwIfAborted();
      throw describeHttpFailure(error, this.#host);
    }
    if (received !== size) {
      throw new SourceFetchError(
        received < size ? 'Interrupted' : 'DigestMismatch',
        `${this.#host}: layer ${digest} has ${
          received < size ? received : 'more'
        } bytes where the manifest says ${size}`,
      );
    }
    const found = `sha256:${hash.digest('hex')}`;
    if (found !== digest) throw mismatch('a layer', digest, found);
  }

  /** As URLs have it: without a port that is the usual one. */
  get #urlHost(): string {
    return new URL(`${this.#scheme}://${this.#host}`).host;
  }

  get #host(): string {
    return this.#options.reference.host;
  }

  async #get(
    path: string,
    headers: Record<string, string>,
  ): Promise<GuardedAnswer> {
    let answer = await this.#send(path, headers);
    // Another host that it was sent on to must not name who gets the credential.
    if (answer.status === 401 && answer.url.host === this.#urlHost) {
      answer.body.on('error', () => undefined).destroy();
      await this.#authenticate(answer.headers['www-authenticate']);
      answer = await this.#send(path, headers);
    }
    if (answer.status === 200) return answer;
    answer.body.on('error', () => undefined).destroy();
    throw this.#refusal(answer.status, path);
  }

  async #send(
    path: string,
    headers: Record<string, string>,
  ): Promise<GuardedAnswer> {
    const { reference, insecure, signal } = this.#options;
    const url = () =>
      `${this.#scheme}://${reference.host}/v2/${reference.repository}/${path}`;
    const request = {
      headers: {
        ...headers,
        ...(this.#authorization && { authorization: this.#authorization }),
      },
      signal,
    };
    try {
      return await this.#http.request(url(), request);
    } catch (error) {
      signal.throwIfAborted();
      const failure = describeHttpFailure(error, reference.host);
      const mayTryPlain =
        insecure &&
        this.#scheme === 'https' &&
        failure.reason !== 'AddressNotAllowed';
      if (!mayTryPlain) throw failure;
      this.#scheme = 'http';
      try {
        return await this.#http.request(url(), request);
      } catch (again) {
        signal.throwIfAborted();
        throw describeHttpFailure(again, reference.host);
      }
    }
  }

  /** Answers a challenge: with the credential itself, or with a token that the registry's own service gives for it. */
  async #authenticate(header: string | undefined): Promise<void> {
    const { credential, reference, insecure, signal } = this.#options;
    const challenge = parseChallenge(header);
    const basic = basicOf(credential);
    if (challenge?.scheme === 'basic') {
      if (!basic) throw this.#refusal(401, '');
      this.#authorization = basic;
      return;
    }
    const { realm, service, scope } = challenge?.params ?? {};
    if (challenge?.scheme !== 'bearer' || !realm || !URL.canParse(realm)) {
      throw new SourceFetchError(
        'AuthenticationFailed',
        `${reference.host} wants to know who asks in a way that is not supported: allowed are basic and bearer`,
      );
    }
    const url = new URL(realm);
    if (service) url.searchParams.set('service', service);
    url.searchParams.set(
      'scope',
      scope ?? `repository:${reference.repository}:pull`,
    );
    const found = await requestToken(url, {
      http: this.#http,
      host: reference.host,
      authorization: basic,
      hasIdentityToken: credential.identityToken !== undefined,
      insecure,
      signal,
    });
    if ('status' in found) throw this.#refusal(found.status, '');
    this.#authorization = `Bearer ${found.token}`;
  }

  #refusal(status: number, path: string): SourceFetchError {
    const { credential, reference } = this.#options;
    if (status === 401 || status === 403) {
      return new SourceFetchError(
        'AuthenticationFailed',
        credential.username === undefined
          ? `${this.#host} wants a credential for ${
              reference.repository
            }: name a Secret in spec.oci.secretRef (HTTP ${status})`
          : `${this.#host} refuses the credential of spec.oci.secretRef for ${
              reference.repository
            } (HTTP ${status})`,
      );
    }
    if (status === 404 && path.startsWith('manifests/')) {
      return new SourceFetchError(
        'RefNotFound',
        `spec.oci.url: Not found: ${this.#host} has no ${
          reference.repository
        } with ${reference.isDigest ? 'digest' : 'tag'} ${
          reference.reference
        }, or not any more`,
      );
    }
    return new SourceFetchError(
      status === 404 ? 'Interrupted' : 'Unreachable',
      `${this.#host} answers with HTTP ${status}${
        status === 404 ? ' for a layer that its manifest names' : ''
      }`,
    );
  }
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function mismatch(
  what: string,
  wanted: string,
  found: string,
): SourceFetchError {
  return new SourceFetchError(
    'DigestMismatch',
    `The digest of ${what} is ${found} where ${wanted} is expected`,
  );
}
