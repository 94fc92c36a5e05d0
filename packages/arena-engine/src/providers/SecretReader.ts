import {
  secretForms,
  secretTexts,
} from '@backstage-arena/plugin-arena-common/run';
import { BundleFault } from '../conversation/errors';

/** Hold what the run itself needs: credentials of its providers above all. Windows does not tell cases apart. */
const RESERVED = /^ARENA_/i;

const REDACTED = '[redacted]';

/** Names of headers and variables whose values are secrets. */
const SECRET_NAME =
  /auth(?!ors?$)|key|token(?!s|i)|cookie|secret|password|credential/i;

/** Text that is put together elsewhere, from what is remembered there. */
const TEMPLATE = /\$\{|\{\{/;

/** Reads secrets and remembers them, so that they can be kept out of everything that is written. */
export class SecretReader {
  private readonly seen = new Set<string>();
  private pattern?: RegExp;

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
      if (text.length < 6 || this.seen.has(text)) continue;
      this.seen.add(text);
      this.pattern = undefined;
    }
  }

  /** For headers, or variables of processes, that stand in the bundle itself. */
  rememberFields(fields: Readonly<Record<string, string>> | null | undefined) {
    for (const [name, value] of Object.entries(fields ?? {})) {
      if (SECRET_NAME.test(name) && !TEMPLATE.test(value)) this.remember(value);
    }
  }

  /** The text without what was remembered. Comes before any cut: half of a secret is not found. */
  redact(text: string): string {
    return this.seen.size === 0 ? text : text.replace(this.any(), REDACTED);
  }

  /** Whether the text has something that {@link redact} would replace. */
  isIn(text: string): boolean {
    return this.seen.size > 0 && text.search(this.any()) >= 0;
  }

  private read(name: string): string | undefined {
    const value = this.source(name);
    if (value) this.remember(value);
    return value || undefined;
  }

  private any(): RegExp {
    this.pattern ??= patternOf(this.seen);
    return this.pattern;
  }
}

/** Finds texts in every form in which they may travel. */
function patternOf(texts: ReadonlySet<string>): RegExp {
  return new RegExp(
    secretForms([...texts])
      .map(escapePattern)
      .join('|'),
    'g',
  );
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
