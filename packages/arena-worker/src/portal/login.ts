import { text } from 'node:stream/consumers';
import { UsageError } from '../cli/errors';
import { printJson } from '../cli/outputOption';
import { LoginFlags } from '../commands/login';
import { fetchGuestToken } from './guestToken';
import { writeLogin } from './LoginFile';
import { createApi, portalUrl } from './openPortal';

/** `arena login`: nothing is remembered that does not work. */
export async function loginCommand(
  argument: string | undefined,
  flags: LoginFlags,
): Promise<void> {
  const given = argument ?? process.env.ARENA_URL;
  if (!given) throw new UsageError("The portal's address is missing");
  const url = portalUrl(given);
  const token = await readToken(url, flags);

  const api = createApi(url, async () => token);
  const clusters = await api.clusters();
  if (flags.cluster && !clusters.some(({ name }) => name === flags.cluster)) {
    throw new UsageError(
      `--cluster: the portal has no cluster '${
        flags.cluster
      }': allowed are ${clusters.map(({ name }) => name).join(', ')}`,
    );
  }
  const path = await writeLogin({
    url,
    token,
    ...(flags.guest && { guest: true }),
    ...(flags.cluster && { cluster: flags.cluster }),
    ...(flags.namespace && { namespace: flags.namespace }),
  });
  if (flags.output === 'json') {
    printJson({ url, file: path, clusters });
    return;
  }
  process.stdout.write(
    `Signed in to ${url}${flags.guest ? ' as guest' : ''}; clusters: ${clusters
      .map(({ name }) => name)
      .join(', ')}\n`,
  );
}

async function readToken(url: string, flags: LoginFlags): Promise<string> {
  if (flags.guest) {
    if (flags.token !== undefined) {
      throw new UsageError('Give either --token or --guest');
    }
    return fetchGuestToken(url);
  }
  const token = flags.token ?? process.env.ARENA_TOKEN;
  const value = token === '-' ? (await text(process.stdin)).trim() : token;
  if (value) return value;
  throw new UsageError(
    'How to sign in is missing: give --token (a Backstage user token, or a static external access token to read alone) or --guest',
  );
}
