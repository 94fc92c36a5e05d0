import { ArenaBackendConfig } from '../config/ArenaBackendConfig';
import { createSecretFinder, own } from './createSecretFinder';
import { SecretReader } from './SecretReader';

export type {
  CredentialLookup,
  SecretLookup,
  SecretReader,
} from './SecretReader';

/** Secrets from `arena.secrets` and from the allowed part of the environment. */
export function createSecretReader(options: {
  config: Pick<ArenaBackendConfig, 'secrets'> & {
    /** Absent: none. */
    sourceCredentials?: ArenaBackendConfig['sourceCredentials'];
    workers: Pick<ArenaBackendConfig['workers'], 'allowedEnvironment'>;
  };
  environment: NodeJS.ProcessEnv;
}): SecretReader {
  const { config, environment } = options;
  return createSecretFinder({
    environment,
    allowedEnvironment: config.workers.allowedEnvironment,
    values: async (namespace, name) =>
      own(own(config.secrets, namespace), name),
    sourceHosts: async (namespace, name) =>
      own(own(config.sourceCredentials, namespace), name) ?? [],
    howToAllow: (namespace, name, hosts) =>
      `an administrator allows it with arena.sourceCredentials.${namespace}.${name}: [${hosts.join(
        ', ',
      )}] in app-config`,
    whereIs: (namespace, name) =>
      ` (arena.secrets.${namespace}.${name} in app-config)`,
    variableHint: '',
    noFiles:
      'spec.credential.filePath cannot be used in embedded mode, where workers share the files of the portal; use secretRef',
  });
}
