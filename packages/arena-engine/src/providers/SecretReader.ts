import { secretTexts } from '@backstage-arena/plugin-arena-common/run';
import { BundleFault } from '../conversation/errors';

/** Hold what the run itself needs: credentials of its providers above all. Windows does not tell cases apart. */
const RESERVED = /^ARENA_/i;

/** Reads secrets and remembers them, so that they can be kept out of everything that is written. */
export class SecretReader {
  private readonly seen = new Set<string>();

  constructor(private readonly source: (name: string) => string | undefined) {}

  /** The credential in a slot that the run, never the bundle, names. */
  slot(name: string): string | undefined {
    return this.read(name);
  }

  /**
   * The variable of the environment that a bundle names.
   *
   * @param from - the field that names it, for messages
   * @throws BundleFault when it is not for bundles to read: a bundle could send the key of any provider to any server.
   */
  variable(name: string, from?: string): string | undefined {
    if (RESERVED.test(name)) {
      throw new BundleFault(
        `${
          from ? `${from} names the` : 'The'
        } variable ${name}: names that begin with ARENA_ are reserved`,
      );
    }
    return this.read(name);
  }

  /** For a secret that stood in the bundle itself. */
  remember(value: string): void {
    for (const text of secretTexts(value)) {
      // Shorter ones would tear ordinary words apart, and are no secrets.
      if (text.length >= 6) this.seen.add(text);
    }
  }

  get values(): string[] {
    return [...this.seen];
  }

  private read(name: string): string | undefined {
    const value = this.source(name);
    if (value) this.remember(value);
    return value || undefined;
  }
}
