import {
  CredentialSource,
  Provider,
  ProviderSpec,
} from '@backstage-arena/plugin-arena-common';
import { ArenaBackendConfig } from '../config/ArenaBackendConfig';

/** Result of looking for the credential of a provider. Reasons are those of the Provider's conditions. */
export type CredentialLookup =
  | { state: 'none'; reason: 'NoCredentialRequired' }
  | { state: 'found'; source: CredentialSource; reason: 'SecretFound' }
  | { state: 'missing'; reason: string; message: string };

/** Result of looking for a Secret by name. */
export type SecretLookup = Exclude<CredentialLookup, { state: 'none' }>;

/** Where the embedded mode keeps secrets. */
export interface SecretReader {
  /** Finds the credential of a Provider object. */
  find(provider: Provider): CredentialLookup;
  /** Finds a Secret by name; without a key in the reference, the first of `keys` that it has. */
  findSecret(options: {
    namespace: string;
    ref: { name: string; key?: string };
    keys: readonly string[];
  }): SecretLookup;
  /** The secret at an address, or undefined when it is gone or no longer allowed. */
  read(source: CredentialSource): string | undefined;
}

const WITHOUT_CREDENTIAL = ['mock', 'ollama', 'vllm'];

/** Keys that are tried, in order, when a reference names none. */
const USUAL_KEYS: Record<string, string[]> = {
  claude: ['ANTHROPIC_API_KEY', 'CLAUDE_API_KEY'],
  openai: ['OPENAI_API_KEY', 'OPENAI_TOKEN'],
  gemini: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  imagen: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  voyageai: ['VOYAGE_API_KEY'],
  huggingface: ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN'],
};

/** Secrets from `arena.secrets` and from the allowed part of the environment. */
export function createSecretReader(options: {
  config: Pick<ArenaBackendConfig, 'secrets'> & {
    workers: Pick<ArenaBackendConfig['workers'], 'allowedEnvironment'>;
  };
  environment: NodeJS.ProcessEnv;
}): SecretReader {
  const { config, environment } = options;
  const allowed = config.workers.allowedEnvironment;

  return {
    find(provider) {
      const { spec } = provider;
      const { namespace } = provider.metadata;
      const { credential } = spec;
      const ref = credential?.secretRef ?? spec.secretRef;
      if (ref) {
        return findSecret({ namespace, ref, keys: usualKeys(spec) });
      }
      if (credential?.envVar) return findVariable(credential.envVar);
      if (credential?.filePath) {
        return {
          state: 'missing',
          reason: 'FileNotAllowed',
          message:
            'spec.credential.filePath cannot be used in embedded mode, where workers share the files of the portal; use secretRef',
        };
      }
      if (WITHOUT_CREDENTIAL.includes(spec.type) || spec.baseURL) {
        return { state: 'none', reason: 'NoCredentialRequired' };
      }
      return {
        state: 'missing',
        reason: 'CredentialRequired',
        message: `A provider of type ${spec.type} needs spec.credential`,
      };
    },

    findSecret,

    read(source) {
      if ('environment' in source) {
        return allowed.includes(source.environment)
          ? environment[source.environment] || undefined
          : undefined;
      }
      const { namespace, secret, key } = source;
      return own(own(own(config.secrets, namespace), secret), key) || undefined;
    },
  };

  function findSecret({
    namespace,
    ref,
    keys: usual,
  }: Parameters<SecretReader['findSecret']>[0]): SecretLookup {
    const secret = own(own(config.secrets, namespace), ref.name);
    if (!secret) {
      return {
        state: 'missing',
        reason: 'SecretNotFound',
        message: `Secret ${ref.name} does not exist in namespace ${namespace} (arena.secrets.${namespace}.${ref.name} in app-config)`,
      };
    }
    const keys = ref.key ? [ref.key] : usual;
    const key = keys.find(name => own(secret, name));
    if (!key) {
      return {
        state: 'missing',
        reason: 'SecretKeyMissing',
        message: `Secret ${
          ref.name
        } in namespace ${namespace} has none of the keys ${keys.join(', ')}`,
      };
    }
    return {
      state: 'found',
      reason: 'SecretFound',
      source: { namespace, secret: ref.name, key },
    };
  }

  function findVariable(name: string): CredentialLookup {
    if (!allowed.includes(name)) {
      return {
        state: 'missing',
        reason: 'EnvironmentNotAllowed',
        message: `Environment variable ${name} is not in arena.workers.allowedEnvironment of app-config`,
      };
    }
    if (!environment[name]) {
      return {
        state: 'missing',
        reason: 'SecretNotFound',
        message: `Environment variable ${name} is not set in the backend`,
      };
    }
    return {
      state: 'found',
      reason: 'SecretFound',
      source: { environment: name },
    };
  }
}

function usualKeys({ type }: ProviderSpec): string[] {
  return [
    ...(USUAL_KEYS[type] ?? Object.values(USUAL_KEYS).flat()),
    'api-key',
    'value',
  ];
}

/** Own properties only: a namespace may be called `constructor`. */
function own<T>(
  object: Record<string, T> | undefined,
  key: string,
): T | undefined {
  return object && Object.hasOwn(object, key) ? object[key] : undefined;
}
