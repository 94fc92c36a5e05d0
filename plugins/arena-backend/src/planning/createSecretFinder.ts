import {
  CredentialSource,
  Provider,
  ProviderSpec,
} from '@backstage-arena/plugin-arena-common';
import { isListedHost } from './isListedHost';
import {
  CredentialLookup,
  SecretLookup,
  SecretQuery,
  SecretReader,
} from './SecretReader';

/** What differs between the places that secrets are kept in. */
export interface SecretPlace {
  /** The keys of a Secret with their values, or undefined when there is none of that name. */
  values(
    namespace: string,
    name: string,
  ): Promise<Record<string, string> | undefined>;
  /** Told to users when a Secret is not found: where it would have to be. */
  whereIs(namespace: string, name: string): string;
  /** Hosts of sources that a Secret may be sent to, as `isListedHost` takes them. */
  sourceHosts(namespace: string, name: string): Promise<readonly string[]>;
  /** Told to users: what has to be done so that these are its hosts. */
  howToAllow(namespace: string, name: string, hosts: readonly string[]): string;
  /** Why Secrets of that namespace cannot be had at all, if so. */
  refuses?(namespace: string): string | undefined;
  /** Variables of the backend's environment that may be used as credentials. */
  allowedEnvironment: readonly string[];
  environment: NodeJS.ProcessEnv;
  /** Put after the message that a variable is not allowed. */
  variableHint: string;
  /** Why a file is no credential here. */
  noFiles: string;
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

/** The rules by which credentials are found, the same wherever secrets are kept. */
export function createSecretFinder(place: SecretPlace): SecretReader {
  const { allowedEnvironment, environment } = place;

  async function findSecret(query: SecretQuery): Promise<SecretLookup> {
    const { namespace, ref } = query;
    const refusal = place.refuses?.(namespace);
    if (refusal) {
      return missing(
        'NamespaceNotServed',
        `Secret ${ref.name} of namespace ${namespace} cannot be used: ${refusal}`,
      );
    }
    const secret = await place.values(namespace, ref.name);
    if (!secret) {
      return missing(
        'SecretNotFound',
        `Secret ${
          ref.name
        } does not exist in namespace ${namespace}${place.whereIs(
          namespace,
          ref.name,
        )}`,
      );
    }
    const keys = ref.key ? [ref.key] : query.keys;
    const key = keys.find(name => own(secret, name));
    if (!key) {
      return missing(
        'SecretKeyMissing',
        `Secret ${
          ref.name
        } in namespace ${namespace} has none of the keys ${keys.join(', ')}`,
      );
    }
    const { sentTo } = query;
    if (sentTo) {
      const hosts = await place.sourceHosts(namespace, ref.name);
      if (!sentTo.some(host => isListedHost(host, hosts))) {
        const toDo = place.howToAllow(namespace, ref.name, [
          ...hosts,
          sentTo[0],
        ]);
        return missing(
          'SecretNotAllowed',
          `Key ${key} of Secret ${
            ref.name
          } in namespace ${namespace} may not be sent to ${
            sentTo[0]
          }: its hosts are ${hosts.join(', ') || 'none'}; ${toDo}`,
        );
      }
    }
    return found({ namespace, secret: ref.name, key });
  }

  function findVariable(name: string): CredentialLookup {
    if (!allowedEnvironment.includes(name)) {
      return missing(
        'EnvironmentNotAllowed',
        `Environment variable ${name} is not in arena.workers.allowedEnvironment of app-config${place.variableHint}`,
      );
    }
    if (!environment[name]) {
      return missing(
        'SecretNotFound',
        `Environment variable ${name} is not set in the backend`,
      );
    }
    return found({ environment: name });
  }

  return {
    async find({ spec, metadata: { namespace } }: Provider) {
      const { credential } = spec;
      const ref = credential?.secretRef ?? spec.secretRef;
      if (ref) return findSecret({ namespace, ref, keys: usualKeys(spec) });
      if (credential?.envVar) return findVariable(credential.envVar);
      if (credential?.filePath) return missing('FileNotAllowed', place.noFiles);
      if (WITHOUT_CREDENTIAL.includes(spec.type) || spec.baseURL) {
        return { state: 'none', reason: 'NoCredentialRequired' };
      }
      return missing(
        'CredentialRequired',
        `A provider of type ${spec.type} needs spec.credential`,
      );
    },

    findSecret,

    async read(source) {
      if ('environment' in source) {
        return allowedEnvironment.includes(source.environment)
          ? environment[source.environment] || undefined
          : undefined;
      }
      const { namespace, secret, key } = source;
      return own(await place.values(namespace, secret), key) || undefined;
    },
  };
}

function found(source: CredentialSource): SecretLookup {
  return { state: 'found', reason: 'SecretFound', source };
}

function missing(
  reason: string,
  message: string,
): Extract<SecretLookup, { state: 'missing' }> {
  return { state: 'missing', reason, message };
}

function usualKeys({ type }: ProviderSpec): string[] {
  return [
    ...(USUAL_KEYS[type] ?? Object.values(USUAL_KEYS).flat()),
    'api-key',
    'value',
  ];
}

/** Own properties only: a namespace may be called `constructor`. */
export function own<T>(
  object: Record<string, T> | undefined,
  key: string,
): T | undefined {
  return object && Object.hasOwn(object, key) ? object[key] : undefined;
}
