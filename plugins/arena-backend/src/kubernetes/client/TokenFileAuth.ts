import { User } from '@kubernetes/client-node';
import { ServiceUnavailableError } from '@backstage/errors';
import { OutgoingHttpHeaders } from 'node:http';
import { readFile } from 'node:fs/promises';

const NAME = 'arena-token-file';

/** A user whose bearer token stands in a file. */
export function tokenFileUser(name: string, tokenFile: string): User {
  return { name, authProvider: { name: NAME, config: { path: tokenFile } } };
}

/**
 * Bearer tokens from files. Tokens of service accounts are replaced while the backend runs, so the file is read for each request:
 * it is small, and lies in memory.
 */
export class TokenFileAuth {
  isAuthProvider(user: User): boolean {
    return user.authProvider?.name === NAME;
  }

  async applyAuthentication(
    user: User,
    options: { headers?: OutgoingHttpHeaders | readonly string[] },
  ): Promise<void> {
    const path: string = user.authProvider.config.path;
    let token: string;
    try {
      token = (await readFile(path, 'utf8')).trim();
    } catch (error) {
      throw new ServiceUnavailableError(
        `The token for a cluster cannot be read from '${path}'`,
        error,
      );
    }
    options.headers = { ...options.headers, Authorization: `Bearer ${token}` };
  }
}
