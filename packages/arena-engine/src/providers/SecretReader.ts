/** Reads secrets and remembers them, so that they can be kept out of everything that is written. */
export class SecretReader {
  private readonly seen = new Set<string>();

  constructor(private readonly source: (name: string) => string | undefined) {}

  read(name: string): string | undefined {
    const value = this.source(name);
    if (value) this.remember(value);
    return value || undefined;
  }

  /** For a secret that stood in the bundle itself. */
  remember(value: string): void {
    // Shorter ones would tear ordinary words apart, and are no secrets.
    if (value.length >= 6) this.seen.add(value);
  }

  get values(): string[] {
    return [...this.seen];
  }
}
