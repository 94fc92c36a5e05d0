import { SourceFetchError } from '@backstage-arena/plugin-arena-node';
import { SecretReader } from '../planning/SecretReader';

/**
 * A Secret that a source names.
 *
 * @remarks
 * Whoever writes a source chooses the server, and could have any Secret of the namespace sent to one of his own. So what is sent is taken
 * only from Secrets that name the server. What stays here (a private key, a CA) is taken from any.
 */
export class SourceSecret {
  readonly #reader: Pick<SecretReader, 'findSecret' | 'read'>;
  readonly #namespace: string;
  readonly #sentTo: readonly string[];
  readonly name: string;

  constructor(options: {
    reader: Pick<SecretReader, 'findSecret' | 'read'>;
    namespace: string;
    name: string;
    /** Names of the server, without ports. */
    sentTo: readonly string[];
  }) {
    this.#reader = options.reader;
    this.#namespace = options.namespace;
    this.#sentTo = options.sentTo;
    this.name = options.name;
  }

  /**
   * Value of a key that stays here, if the Secret has it.
   *
   * @throws SourceFetchError when there is no such Secret
   */
  find(key: string): Promise<string | undefined> {
    return this.#find(key);
  }

  /**
   * Value of a key that goes to the server, if the Secret has it.
   *
   * @throws SourceFetchError when there is no such Secret, or it does not say that it may be sent there
   */
  findSent(key: string): Promise<string | undefined> {
    return this.#find(key, this.#sentTo);
  }

  async #find(
    key: string,
    sentTo?: readonly string[],
  ): Promise<string | undefined> {
    const found = await this.#reader.findSecret({
      namespace: this.#namespace,
      ref: { name: this.name, key },
      keys: [],
      sentTo,
    });
    if (found.state === 'found') return this.#reader.read(found.source);
    if (found.reason === 'SecretKeyMissing') return undefined;
    throw new SourceFetchError(
      found.reason === 'SecretNotAllowed'
        ? 'SecretNotAllowed'
        : 'SecretNotFound',
      found.message,
    );
  }

  /** The error of a key that the Secret lacks. */
  lacks(key: string, hint = ''): SourceFetchError {
    return new SourceFetchError(
      'SecretNotFound',
      `Secret ${this.name} in namespace ${
        this.#namespace
      } has no key ${key}${hint}`,
    );
  }
}
