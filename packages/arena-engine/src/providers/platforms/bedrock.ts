import { text } from '../http/read';
import { Authorize } from '../http/HttpProvider';
import { jsonCredential } from '../credentials/jsonCredential';
import { SecretReader } from '../SecretReader';

/**
 * Proves to Bedrock who sends a request. A key is an API key of Bedrock, or a JSON object with `accessKeyId`, `secretAccessKey`
 * and optionally `sessionToken`. Without a key the usual sources of AWS are asked: environment, profile, web identity, instance.
 */
export async function authorizeBedrock(options: {
  origin: string;
  region: string;
  key: string | undefined;
  secrets: SecretReader;
}): Promise<Authorize> {
  const { key, region } = options;
  const access = jsonCredential(key, options.secrets);
  if (key !== undefined && !access) {
    const headers = { authorization: `Bearer ${key}` };
    return async () => headers;
  }
  const [{ SignatureV4 }, { Sha256 }, { defaultProvider }] = await Promise.all([
    import('@smithy/signature-v4'),
    import('@smithy/core/checksum'),
    import('@aws-sdk/credential-provider-node'),
  ]);
  const signer = new SignatureV4({
    service: 'bedrock',
    region,
    sha256: Sha256,
    credentials: access
      ? {
          accessKeyId: required(access.accessKeyId, 'accessKeyId'),
          secretAccessKey: required(access.secretAccessKey, 'secretAccessKey'),
          sessionToken: text(access.sessionToken),
        }
      : defaultProvider(),
  });
  const { protocol, host, hostname } = new URL(options.origin);
  return async ({ path, body }) => {
    const signed = await signer.sign({
      method: 'POST',
      protocol,
      hostname,
      path,
      headers: { host, 'content-type': 'application/json' },
      body,
    });
    return signed.headers;
  };
}

function required(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`the credential is a JSON object without ${name}`);
}
