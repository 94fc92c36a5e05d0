import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { resolve } from 'node:path';
import { findPluginCluster } from '../kubernetes/client/findPluginCluster';
import { ClusterSection } from './ClusterSection';
import { ClusterConnection } from './KubernetesClusterConfig';

const KEYS = {
  inCluster: [],
  kubeconfig: ['path', 'context'],
  kubernetesPlugin: ['name'],
  direct: ['url', 'caData', 'caFile', 'token', 'tokenFile', 'skipTLSVerify'],
} as const;

const TYPES = [
  'inCluster',
  'kubeconfig',
  'kubernetesPlugin',
  'direct',
] as const;

/** Options of {@link readConnection}. */
export interface ReadConnectionOptions {
  root: Config;
  workingDirectory: string;
}

/** Reads `connection` of a cluster. */
export function readConnection(
  read: ClusterSection,
  options: ReadConnectionOptions,
): ClusterConnection {
  const type = read.oneOf('type', read.text('type'), TYPES);
  read.knownKeys(['type', ...KEYS[type]]);
  const file = (path: string) => resolve(options.workingDirectory, path);
  switch (type) {
    case 'inCluster':
      return { type };
    case 'kubeconfig':
      return {
        type,
        path: file(read.text('path')),
        context: read.optionalText('context'),
      };
    case 'kubernetesPlugin':
      return { type, name: pluginCluster(read, options.root) };
    default:
      return readDirect(read, file);
  }
}

/** Looked up now, so that a mistake stops the start. */
function pluginCluster(read: ClusterSection, root: Config): string {
  const name = read.text('name');
  try {
    findPluginCluster(root, name);
  } catch (error) {
    throw new InputError(
      `Invalid value in config at ${read.path}.name: '${name}'`,
      error,
    );
  }
  return name;
}

function readDirect(
  read: ClusterSection,
  file: (path: string) => string,
): ClusterConnection {
  for (const [one, other] of [
    ['token', 'tokenFile'],
    ['caData', 'caFile'],
  ]) {
    if (read.config.has(one) && read.config.has(other)) {
      throw new InputError(
        `Invalid value in config at ${read.path}: allowed is ${one} or ${other}, not both`,
      );
    }
  }
  const url = read.url('url');
  const skipTLSVerify =
    read.config.getOptionalBoolean('skipTLSVerify') ?? false;
  if (url.startsWith('http:') && !skipTLSVerify) {
    read.fail('url', url, 'has no TLS, which needs skipTLSVerify: true');
  }
  const caData = read.optionalText('caData');
  if (caData !== undefined && !isPem(caData)) {
    // Not shown whole: it is long.
    read.fail('caData', `${caData.slice(0, 20)}…`, 'is not a PEM in base64');
  }
  const caFile = read.optionalText('caFile');
  const tokenFile = read.optionalText('tokenFile');
  return {
    type: 'direct',
    url,
    caData,
    caFile: caFile && file(caFile),
    token: read.optionalText('token'),
    tokenFile: tokenFile && file(tokenFile),
    skipTLSVerify,
  };
}

function isPem(base64: string): boolean {
  return Buffer.from(base64, 'base64')
    .toString('latin1')
    .includes('-----BEGIN CERTIFICATE-----');
}
