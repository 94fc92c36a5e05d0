import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/**
 * A misspelt key would silently leave a setting at its default.
 *
 * @param section - path of the configuration, for example `arena.limits`
 * @throws InputError naming the first key that is not allowed
 */
export function checkKeys(
  config: Config,
  section: string,
  allowed: readonly string[],
): void {
  const unknown = config.keys().find(key => !allowed.includes(key));
  if (unknown) {
    throw new InputError(
      `Unknown key in config at ${section}.${unknown}: allowed are ${allowed.join(
        ', ',
      )}`,
    );
  }
}
