import { parseJson } from '../http/parseJson';
import { isObject, Json } from '../http/read';
import { SecretReader } from '../SecretReader';

/**
 * A credential that is a JSON object, such as the file of a service account; undefined when it is plain text. Its secret parts
 * are remembered one by one, since nothing else would find them in a text.
 */
export function jsonCredential(
  key: string | undefined,
  secrets: SecretReader,
): Json | undefined {
  const parsed = key?.trim().startsWith('{') ? parseJson(key) : undefined;
  if (!isObject(parsed)) return undefined;
  for (const [name, value] of Object.entries(parsed)) {
    if (typeof value === 'string' && /secret|key|token/i.test(name)) {
      secrets.remember(value);
    }
  }
  return parsed;
}
