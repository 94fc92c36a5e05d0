import { jsonCredential } from '../credentials/jsonCredential';
import { Authorize } from '../http/HttpProvider';
import { text } from '../http/read';
import { SecretReader } from '../SecretReader';

const SCOPE = 'https://cognitiveservices.azure.com/.default';

/**
 * Proves to Azure who sends a request. A key is the resource's API key, or a JSON object with `tenantId`, `clientId` and
 * `clientSecret` of a service principal. Without one the usual sources of Azure are asked: environment, workload identity, CLI.
 */
export async function authorizeAzure(options: {
  key: string | undefined;
  /** Header that takes an API key. */
  keyHeader: string;
  secrets: SecretReader;
}): Promise<Authorize> {
  const { key, secrets } = options;
  const principal = jsonCredential(key, secrets);
  if (key !== undefined && !principal) {
    const headers = { [options.keyHeader]: key };
    return async () => headers;
  }
  const { ClientSecretCredential, DefaultAzureCredential } = await import(
    '@azure/identity'
  );
  const credential = principal
    ? new ClientSecretCredential(
        required(principal.tenantId, 'tenantId'),
        required(principal.clientId, 'clientId'),
        required(principal.clientSecret, 'clientSecret'),
      )
    : new DefaultAzureCredential();
  return async () => {
    const { token } = await credential.getToken(SCOPE);
    secrets.remember(token);
    return { authorization: `Bearer ${token}` };
  };
}

function required(value: unknown, name: string): string {
  const given = text(value);
  if (given) return given;
  throw new Error(`the credential is a JSON object without ${name}`);
}
