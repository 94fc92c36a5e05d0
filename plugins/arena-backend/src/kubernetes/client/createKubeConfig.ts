import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { Cluster, KubeConfig, User } from '@kubernetes/client-node';
import yaml from 'js-yaml';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod/v4';
import { ClusterConnection } from '../../config/KubernetesClusterConfig';
import { findPluginCluster } from './findPluginCluster';
import { TokenFileAuth, tokenFileUser } from './TokenFileAuth';

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Options of {@link createKubeConfig}. */
export interface KubeConfigOptions {
  /** The whole app-config: a connection may point to the `kubernetes` section. */
  rootConfig: Config;
  /** Default: those of the process. */
  environment?: NodeJS.ProcessEnv;
}

/**
 * How to reach a cluster, for the clients of `@kubernetes/client-node`.
 *
 * @throws InputError naming what is missing
 */
export function createKubeConfig(
  connection: ClusterConnection,
  options: KubeConfigOptions,
): KubeConfig {
  switch (connection.type) {
    case 'inCluster':
      return fromPod(options.environment ?? process.env);
    case 'kubeconfig':
      return fromFile(connection.path, connection.context);
    case 'kubernetesPlugin':
      return fromConnection(
        findPluginCluster(options.rootConfig, connection.name),
      );
    default:
      return fromConnection(connection);
  }
}

function fromConnection(
  connection: Extract<ClusterConnection, { type: 'direct' }>,
): KubeConfig {
  const { url, caData, caFile, token, tokenFile, skipTLSVerify } = connection;
  if (new URL(url).protocol === 'http:' && !skipTLSVerify) {
    throw new InputError(
      `The cluster at '${url}' is reached without TLS, which needs skipTLSVerify: true`,
    );
  }
  return create(
    { name: 'cluster', server: url, caData, caFile, skipTLSVerify },
    tokenFile ? tokenFileUser('user', tokenFile) : { name: 'user', token },
  );
}

function fromPod(environment: NodeJS.ProcessEnv): KubeConfig {
  const host = environment.KUBERNETES_SERVICE_HOST;
  const port = environment.KUBERNETES_SERVICE_PORT;
  const tokenFile = `${SERVICE_ACCOUNT}/token`;
  if (!host || !port || !existsSync(tokenFile)) {
    throw new InputError(
      `A connection of type inCluster needs the service account of a pod: KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT and ${tokenFile}`,
    );
  }
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const caFile = `${SERVICE_ACCOUNT}/ca.crt`;
  return create(
    { name: 'cluster', server, caFile, skipTLSVerify: false },
    tokenFileUser('user', tokenFile),
    readOptional(`${SERVICE_ACCOUNT}/namespace`)?.trim(),
  );
}

function create(cluster: Cluster, user: User, namespace?: string): KubeConfig {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromOptions({
    clusters: [cluster],
    users: [user],
    contexts: [
      { name: 'context', cluster: cluster.name, user: user.name, namespace },
    ],
    currentContext: 'context',
  });
  return withTokenFiles(kubeConfig);
}

/** The library reads token files once, or once a minute with their line ends: ours does it right. */
function withTokenFiles(kubeConfig: KubeConfig): KubeConfig {
  kubeConfig.addAuthenticator(new TokenFileAuth());
  return kubeConfig;
}

const usersSchema = z.object({
  users: z
    .array(
      z.object({
        name: z.string(),
        user: z
          .object({
            tokenFile: z.string().optional(),
            token: z.string().optional(),
          })
          .nullish(),
      }),
    )
    .nullish(),
});

function fromFile(path: string, context: string | undefined): KubeConfig {
  const text = readOptional(path);
  if (text === undefined) {
    throw new InputError(`The kubeconfig '${path}' cannot be read`);
  }
  const kubeConfig = new KubeConfig();
  let tokenFiles: Map<string, string>;
  try {
    kubeConfig.loadFromString(text);
    kubeConfig.makePathsAbsolute(dirname(path));
    tokenFiles = readTokenFiles(text, dirname(path));
  } catch (error) {
    throw new InputError(`The kubeconfig '${path}' is not valid`, error);
  }
  kubeConfig.loadFromOptions({
    clusters: kubeConfig.getClusters(),
    contexts: kubeConfig.getContexts(),
    users: kubeConfig.getUsers().map(user => {
      const tokenFile = tokenFiles.get(user.name);
      return tokenFile ? tokenFileUser(user.name, tokenFile) : user;
    }),
    currentContext: context ?? kubeConfig.getCurrentContext(),
  });
  const names = kubeConfig.getContexts().map(({ name }) => name);
  if (!names.includes(kubeConfig.getCurrentContext())) {
    throw new InputError(
      `The kubeconfig '${path}' has no context '${
        context ?? kubeConfig.getCurrentContext() ?? ''
      }': allowed are ${names.join(', ')}`,
    );
  }
  if (!kubeConfig.getCurrentCluster()) {
    throw new InputError(
      `The kubeconfig '${path}' lacks the cluster of its context '${kubeConfig.getCurrentContext()}'`,
    );
  }
  return withTokenFiles(kubeConfig);
}

/** By user. As for kubectl, a token file counts more than a token. */
function readTokenFiles(text: string, folder: string): Map<string, string> {
  const { users } = usersSchema.parse(yaml.load(text));
  return new Map(
    (users ?? []).flatMap(({ name, user }) =>
      user?.tokenFile ? [[name, resolve(folder, user.tokenFile)] as const] : [],
    ),
  );
}

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
