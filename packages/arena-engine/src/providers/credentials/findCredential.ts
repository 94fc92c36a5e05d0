import { ProviderEntry } from '../../bundle/BundleContent';
import { readInside } from '../../util/confinedFile';
import { DialectName, Target } from '../platforms/targetOf';
import { SecretReader } from '../SecretReader';

const MAX_CREDENTIAL_BYTES = 64 * 1024;

/** Where a key is looked for when nothing names another place. */
const WELL_KNOWN: Partial<Record<DialectName, readonly string[]>> = {
  claude: ['ANTHROPIC_API_KEY', 'CLAUDE_API_KEY'],
  openai: ['OPENAI_API_KEY', 'OPENAI_TOKEN'],
  gemini: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
};

/** A cloud must never see the key of a vendor. */
function wellKnownNames(type: string, target: Target): readonly string[] {
  const { dialect, platform } = target;
  if (platform === 'bedrock') return ['AWS_BEARER_TOKEN_BEDROCK'];
  if (platform === 'azure') {
    return dialect === 'claude'
      ? ['ANTHROPIC_FOUNDRY_API_KEY', 'AZURE_API_KEY']
      : ['AZURE_OPENAI_API_KEY', 'AZURE_API_KEY'];
  }
  // Nor a server of one's own.
  return platform || type === 'vllm' ? [] : WELL_KNOWN[dialect] ?? [];
}

/**
 * Finds the key of a provider: the slot that the run gives it, then `api_key`, `credential_file`, `credential_env`, then the
 * well-known environment variables.
 *
 * @returns undefined when there is none, which a server may be content with
 * @throws Error when a place is named and empty
 */
export async function findCredential(
  { spec, credentialSlot }: ProviderEntry,
  target: Target,
  directory: string,
  secrets: SecretReader,
): Promise<string | undefined> {
  if (credentialSlot) {
    return (
      secrets.slot(credentialSlot) ??
      missing(`the credential slot ${credentialSlot} is empty`)
    );
  }
  const {
    api_key: inline,
    credential_file: file,
    credential_env: env,
  } = spec.credential ?? {};
  if (inline) {
    secrets.remember(inline);
    return inline;
  }
  if (file) {
    const key = await readCredentialFile(directory, file);
    if (key === '') return missing(`credential_file ${file} is empty`);
    secrets.remember(key);
    return key;
  }
  if (env) {
    return (
      secrets.variable(env, 'credential_env') ??
      missing(`the environment variable ${env} (credential_env) is not set`)
    );
  }
  for (const name of wellKnownNames(spec.type, target)) {
    const key = secrets.variable(name);
    if (key) return key;
  }
  return undefined;
}

function missing(message: string): never {
  throw new Error(message);
}

/** Only files of the bundle: with any other, a bundle could send the machine's files to an address of its choice. */
async function readCredentialFile(
  directory: string,
  file: string,
): Promise<string> {
  try {
    return (await readInside(directory, file, MAX_CREDENTIAL_BYTES)).trim();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return missing(
      `credential_file: ${reason} (allowed are files of the bundle)`,
    );
  }
}
