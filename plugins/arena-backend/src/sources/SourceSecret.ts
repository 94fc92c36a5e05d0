import { SourceFetchError } from '@backstage-arena/plugin-arena-node';
import { SecretReader } from '../planning/SecretReader';

/** A Secret that a source names. */
export class SourceSecret {
  readonly #reader: Pick<SecretReader, 'findSecret' | 'read'>;
  readonly #namespace: string;
  readonly name: string;

  constructor(options: {
    reader: Pick<SecretReader, 'findSecret' | 'read'>;
    namespace: string;
    name: string;
  }) {
    this.#reader = options.reader;
    this.#namespace = options.namespace;
    this.name = options.name;
  }

  /** Value of a key, if the Secret has it. @throws SourceFetchError when there is no such Secret */
  async find(key: string): Promise<string | undefined> {
    const found = await this.#reader.findSecret({
      namespace: this.#namespace,
      ref: { name: this.name, key },
      keys: [],
    });
    if (found.state === 'found') return this.#reader.read(found.source);
    if (found.reason === 'SecretKeyMissing') return undefined;
    throw new SourceFetchError('SecretNotFound', found.message);
  }

  /** @throws SourceFetchError when there is no such Secret, or the key is not in it */
  async get(key: string, hint = ''): Promise<string> {
    const value = await this.find(key);
    if (value === undefined) {
      throw new SourceFetchError(
        'SecretNotFound',
        `Secret ${this.name} in namespace ${
          this.#namespace
        } has no key ${key}${hint}`,
      );
    }
    return value;
  }
}
