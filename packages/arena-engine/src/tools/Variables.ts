import { ToolError } from './ToolHandler';

/** Names that hold what the run itself needs: credentials of its providers above all. */
const RESERVED = /^ARENA_/;

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Reads environment variables that a bundle names, and credentials of registry tools. */
export class Variables {
  /** @param secret - reads a variable or slot, and remembers its value as a secret */
  constructor(private readonly secret: (name: string) => string | undefined) {}

  /**
   * @param from - the field that names the variable
   * @throws ToolError when it is not set, or not for bundles to read: a bundle could send a provider's key to any server.
   */
  read(name: string, from: string): string {
    if (RESERVED.test(name)) {
      throw new ToolError(
        `${from} names the variable ${name}: names that begin with ARENA_ are reserved`,
      );
    }
    const value = this.secret(name);
    if (!value) {
      throw new ToolError(
        `the environment variable ${name} (${from}) is not set`,
      );
    }
    return value;
  }

  /** Replaces each `${NAME}`. */
  expand(text: string, from: string): string {
    return text.replace(REFERENCE, (_, name: string) => this.read(name, from));
  }

  expandAll(
    values: Record<string, string> | null | undefined,
    from: string,
  ): Record<string, string> {
    return Object.fromEntries(
      Object.entries(values ?? {}).map(([name, value]) => [
        name,
        this.expand(value, `${from}.${name}`),
      ]),
    );
  }

  /** Complete values of headers, by the slots that the run put them into. */
  slots(
    slots: Readonly<Record<string, string>> | undefined,
  ): Record<string, string> {
    return Object.fromEntries(
      Object.entries(slots ?? {}).map(([header, slot]) => {
        const value = this.secret(slot);
        if (!value) {
          throw new ToolError(
            `the credential slot ${slot} of the header ${header} is empty`,
          );
        }
        return [header, value];
      }),
    );
  }
}
