import { BundleFault } from '../../conversation/errors';

/**
 * Replaces `${NAME}` by secrets.
 *
 * @throws BundleFault naming a secret that is not set.
 */
export function expandSecrets(
  text: string,
  secret: (name: string) => string | undefined,
): string {
  return text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
    const value = secret(name);
    if (value === undefined) throw new BundleFault(`\${${name}} is not set`);
    return value;
  });
}
