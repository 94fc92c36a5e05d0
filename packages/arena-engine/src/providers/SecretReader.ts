import { secretTexts } from '@backstage-arena/plugin-arena-common';

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
    for (const text of secretTexts(value)) {
      // Shorter ones would tear ordinary words apart, and are no secrets.
      if (text.length >= 6) this.seen.add(text);
    }
  }

  get values(): string[] {
    return [...this.seen];
  }
}
