import { ToolHandler } from '@backstage-arena/plugin-arena-common';
import { SignIn } from '../planning/headerCredentials';

/**
 * How a handler's server wants its clients to sign in: what `auth` says, or else the block of its type.
 *
 * @throws Error naming the field that cannot be followed.
 */
export function handlerSignIn(handler: ToolHandler): SignIn | undefined {
  const { auth, httpConfig, openAPIConfig } = handler;
  if (auth) {
    if (auth.type === 'none') return undefined;
    if (auth.type !== 'bearer' && auth.type !== 'basic') {
      throw new Error(
        `auth.type is ${auth.type}: allowed are none, bearer and basic`,
      );
    }
    return signIn(auth.type, auth.secretRef, 'auth.secretRef');
  }
  const block = httpConfig ? 'httpConfig' : 'openAPIConfig';
  const { authType, authSecretRef } = httpConfig ?? openAPIConfig ?? {};
  return authType && signIn(authType, authSecretRef, `${block}.authSecretRef`);
}

function signIn(
  scheme: SignIn['scheme'],
  ref: SignIn['ref'] | undefined,
  field: string,
): SignIn {
  if (!ref) throw new Error(`${field} is not set: ${scheme} needs a Secret`);
  return { scheme, ref };
}
