import { Authorize } from '../http/HttpProvider';
import { jsonCredential } from '../credentials/jsonCredential';
import { SecretReader } from '../SecretReader';

/** Other kinds read files and run programs of the machine, which a bundle has no business with. */
const ALLOWED_TYPES = ['service_account', 'authorized_user'];

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/**
 * Proves to Vertex who sends a request. A key is the JSON file of a service account, or a token that is used as it is. Without
 * one the usual sources of Google are asked: GOOGLE_APPLICATION_CREDENTIALS, gcloud, the instance.
 */
export async function authorizeVertex(options: {
  key: string | undefined;
  project: string | undefined;
  secrets: SecretReader;
}): Promise<Authorize> {
  const { key, secrets } = options;
  const account = jsonCredential(key, secrets);
  if (key !== undefined && !account) {
    const headers = { authorization: `Bearer ${key}` };
    return async () => headers;
  }
  if (account && !ALLOWED_TYPES.includes(String(account.type))) {
    throw new Error(
      `the credential is a JSON object of type ${JSON.stringify(
        account.type,
      )}: allowed are ${ALLOWED_TYPES.join(' and ')}`,
    );
  }
  const { GoogleAuth } = await import('google-auth-library');
  const auth = new GoogleAuth({
    scopes: SCOPE,
    // Otherwise it would be asked for at another address.
    projectId: options.project,
    ...(account ? { credentials: account } : {}),
  });
  return async () => {
    const token = await auth.getAccessToken();
    if (!token) throw new Error('Google gave no access token');
    secrets.remember(token);
    return { authorization: `Bearer ${token}` };
  };
}
