import { SourceFetchError } from '@backstage-arena/plugin-arena-node';
import { z } from 'zod/v4';
import { SourceSecret } from '../SourceSecret';
import { OciReference } from './OciReference';

/** How the backend shows a registry who it is. */
export interface OciCredential {
  username?: string;
  password?: string;
  /** In place of a password, for registries that gave one. */
  identityToken?: string;
  /** PEM of a CA beside those that the backend trusts. */
  ca?: string;
}

/** Value of the header `Authorization`, when there are a user name and a password. */
export function basicOf({
  username,
  password,
}: OciCredential): string | undefined {
  if (username === undefined || password === undefined) return undefined;
  const text = Buffer.from(`${username}:${password}`).toString('base64');
  return `Basic ${text}`;
}

const DOCKER_CONFIG = '.dockerconfigjson';

const dockerConfigSchema = z.object({
  auths: z.record(
    z.string(),
    z.object({
      auth: z.string().optional(),
      username: z.string().optional(),
      password: z.string().optional(),
      identitytoken: z.string().optional(),
    }),
  ),
});

/** @throws SourceFetchError */
export async function readOciCredential(
  reference: OciReference,
  secret: SourceSecret | undefined,
): Promise<OciCredential> {
  if (!secret) return {};
  const ca = await secret.find('ca.crt');
  // It names the servers itself that its credentials are for.
  const dockerConfig = await secret.find(DOCKER_CONFIG);
  if (dockerConfig !== undefined) {
    return { ca, ...findInDockerConfig(dockerConfig, reference, secret.name) };
  }
  const username = await secret.findSent('username');
  const password = await secret.findSent('password');
  if (username !== undefined && password !== undefined) {
    return { ca, username: username.trim(), password: password.trim() };
  }
  if (ca !== undefined) return { ca };
  throw new SourceFetchError(
    'SecretNotFound',
    `Secret ${secret.name} has neither username and password nor ${DOCKER_CONFIG}`,
  );
}

function findInDockerConfig(
  text: string,
  { host, aliases, repository }: OciReference,
  name: string,
): OciCredential {
  let auths: z.output<typeof dockerConfigSchema>['auths'];
  try {
    ({ auths } = dockerConfigSchema.parse(JSON.parse(text)));
  } catch {
    throw new SourceFetchError(
      'SecretNotFound',
      `${DOCKER_CONFIG} of Secret ${name} is not the JSON of a Docker configuration with "auths"`,
    );
  }
  const wanted = [...new Set([host, ...aliases])];
  let best: { length: number; key: string } | undefined;
  for (const key of Object.keys(auths)) {
    // `https://index.docker.io/v1/` and the like, and `host/repository`, of which the longest counts.
    const place = key.replace(/^https?:\/\//, '').replace(/\/(v[12]\/?)?$/, '');
    const fits = wanted.some(alias =>
      `${alias}/${repository}/`.startsWith(`${place}/`),
    );
    if (fits && place.length > (best?.length ?? -1)) {
      best = { length: place.length, key };
    }
  }
  if (!best) {
    throw new SourceFetchError(
      'SecretNotFound',
      `${DOCKER_CONFIG} of Secret ${name} has no entry for ${
        aliases[0]
      }: there are ${Object.keys(auths).join(', ') || 'none'}`,
    );
  }
  const { auth, username, password, identitytoken } = auths[best.key];
  if (auth === undefined) {
    return { username, password, identityToken: identitytoken };
  }
  const decoded = Buffer.from(auth, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return {
    username: decoded.slice(0, colon),
    password: decoded.slice(colon + 1),
    identityToken: identitytoken,
  };
}
