import { SecretReader } from '../providers/SecretReader';
import { ToolError } from './ToolHandler';

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Reads environment variables that a bundle names, and credentials of registry tools. */
export class Variables {
  constructor(private readonly secrets: SecretReader) {}

  /**
   * @param from - the field that names the variable
   * @throws ToolError when it is not set, BundleFault when it is not for bundles to read.
   */
  read(name: string, from: string): string {
    const value = this.secrets.variable(name, from);
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
    this.rememberFields(values);
    return Object.fromEntries(
      Object.entries(values ?? {}).map(([name, value]) => [
        name,
        this.expand(value, `${from}.${name}`),
      ]),
    );
  }

  /** Remembers those that stand in the bundle itself. */
  rememberFields(fields: Record<string, string> | null | undefined): void {
    this.secrets.rememberFields(fields);
  }

  /** A text without secrets; comes before any cut. */
  redact(text: string): string {
    return this.secrets.redact(text);
  }

  /** Complete values of headers, by the slots that the run put them into. */
  slots(
    slots: Readonly<Record<string, string>> | undefined,
  ): Record<string, string> {
    return Object.fromEntries(
      Object.entries(slots ?? {}).map(([header, slot]) => {
        const value = this.secrets.slot(slot);
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
