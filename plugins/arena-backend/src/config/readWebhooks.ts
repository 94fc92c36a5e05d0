import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import {
  ARENA_RUN_EVENT_TYPES,
  ArenaRunEventType,
} from '@backstage-arena/plugin-arena-common';
import { OutgoingWebhook } from '../webhooks/WebhookConfig';
import { checkKeys } from './checkKeys';

/** What can be guessed is no secret. */
const MIN_SECRET_LENGTH = 16;
const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Reads `arena.webhooks`. */
export function readWebhooks(
  configs: readonly Config[] | undefined,
): OutgoingWebhook[] {
  const hooks = (configs ?? []).map(readHook);
  const names = hooks.map(({ name }) => name);
  const twice = names.findIndex((name, i) => names.indexOf(name) !== i);
  if (twice >= 0) {
    throw new InputError(
      `Invalid value in config at arena.webhooks[${twice}].name: '${names[twice]}' is the name of another one as well`,
    );
  }
  return hooks;
}

function readHook(config: Config, index: number): OutgoingWebhook {
  const section = `arena.webhooks[${index}]`;
  const invalid = (key: string, why: string) =>
    new InputError(`Invalid value in config at ${section}.${key}: ${why}`);
  checkKeys(config, section, [
    'name',
    'url',
    'secret',
    'events',
    'namespaces',
    'allowPrivateNetwork',
  ]);
  const name = config.getString('name');
  if (!NAME.test(name)) {
    throw invalid(
      'name',
      `'${name}' is not of at most 63 lower case letters, digits and dashes`,
    );
  }
  const url = config.getString('url');
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw invalid('url', `'${url}' is not an http or https URL`);
  }
  const { username, password } = new URL(url);
  if (username || password) {
    throw invalid('url', 'it has credentials: calls are signed instead');
  }
  const secret = config.getString('secret');
  if (secret.length < MIN_SECRET_LENGTH) {
    throw invalid(
      'secret',
      `it has ${secret.length} characters, at least ${MIN_SECRET_LENGTH} are needed`,
    );
  }
  const events = config
    .getOptionalStringArray('events')
    ?.map((text, at): ArenaRunEventType => {
      const type = ARENA_RUN_EVENT_TYPES.find(one => one === text);
      if (!type) {
        throw invalid(
          `events[${at}]`,
          `'${text}' is not one of ${ARENA_RUN_EVENT_TYPES.join(', ')}`,
        );
      }
      return type;
    });
  return {
    name,
    url,
    secret,
    events,
    namespaces: config.getOptionalStringArray('namespaces'),
    allowPrivateNetwork:
      config.getOptionalBoolean('allowPrivateNetwork') ?? false,
  };
}
