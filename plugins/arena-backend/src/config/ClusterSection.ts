import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** Typed reads of a part of the config, whose errors name the whole key, the value and what is allowed. */
export class ClusterSection {
  readonly config: Config;
  readonly path: string;

  constructor(config: Config, path: string) {
    this.config = config;
    this.path = path;
  }

  fail(key: string, value: unknown, problem: string): never {
    throw new InputError(
      `Invalid value in config at ${this.path}.${key}: ${
        typeof value === 'string' ? `'${value}'` : JSON.stringify(value)
      } ${problem}`,
    );
  }

  /** A misspelt key would silently leave a setting at its default. */
  knownKeys(allowed: readonly string[]): void {
    const unknown = this.config.keys().find(key => !allowed.includes(key));
    if (unknown) {
      throw new InputError(
        `Unknown key in config at ${
          this.path
        }.${unknown}: allowed are ${allowed.join(', ')}`,
      );
    }
  }

  section(key: string): ClusterSection {
    return new ClusterSection(
      this.config.getConfig(key),
      `${this.path}.${key}`,
    );
  }

  text(key: string): string {
    return this.config.getString(key);
  }

  optionalText(key: string): string | undefined {
    return this.config.getOptionalString(key);
  }

  texts(key: string): string[] | undefined {
    return this.config.getOptionalStringArray(key);
  }

  matching(key: string, value: string, form: RegExp, what: string): string {
    return form.test(value) ? value : this.fail(key, value, `is not ${what}`);
  }

  oneOf<T extends string>(
    key: string,
    value: string,
    allowed: readonly T[],
  ): T {
    const found = allowed.find(candidate => candidate === value);
    return (
      found ??
      this.fail(key, value, `is not allowed: allowed are ${allowed.join(', ')}`)
    );
  }

  url(key: string): string {
    const value = this.text(key);
    if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
      this.fail(key, value, 'is not an http or https URL');
    }
    return value.replace(/\/+$/, '');
  }

  /**
   * Texts by name. Read as a whole, because names such as `kubernetes.io/arch` have dots, which the paths of config take apart.
   */
  map(key: string): Record<string, string> | undefined {
    const value = this.config.getOptional(key);
    if (value === undefined) return undefined;
    if (!isMap(value)) return this.fail(key, value, 'is not a map of texts');
    return Object.fromEntries(
      Object.entries(value).map(([name, text]) =>
        typeof text === 'string' || typeof text === 'number'
          ? [name, String(text)]
          : this.fail(`${key}['${name}']`, text, 'is not a text'),
      ),
    );
  }

  maps(key: string): object[] {
    const value = this.config.getOptional(key) ?? [];
    if (!Array.isArray(value) || !value.every(isMap)) {
      return this.fail(key, value, 'is not a list of maps');
    }
    return value.filter(isMap);
  }
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
