import { Config } from '@backstage/config';
import { InputError, stringifyError } from '@backstage/errors';
import { wholeRef } from './entities/refs';

const KEY = 'catalog.providers.arena.defaultOwner';

/** Who answers for objects that name no owner, as a whole reference. @throws InputError when it is none */
export function configuredOwner(config: Config): string | undefined {
  const owner = config.getOptionalString(KEY);
  if (owner === undefined) return undefined;
  try {
    return wholeRef(owner, 'group');
  } catch (error) {
    throw new InputError(
      `Invalid configuration: ${KEY}: ${stringifyError(error)}`,
    );
  }
}
