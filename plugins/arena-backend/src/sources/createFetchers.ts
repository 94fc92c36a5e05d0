import { createAddressPolicy } from '@backstage-arena/plugin-arena-common/network';
import { SourceFetcher } from '@backstage-arena/plugin-arena-node';
import { join } from 'node:path';
import { ArenaBackendConfig } from '../config/ArenaBackendConfig';
import { SecretReader } from '../planning/SecretReader';
import { isBehindProxy } from '../web/isBehindProxy';
import { ConfigMapFetcher } from './configmap/ConfigMapFetcher';
import { ConfigMapReader } from './configmap/ConfigMapReader';
import { GitFetcher } from './git/GitFetcher';
import { OciFetcher } from './oci/OciFetcher';
import { WorkspaceUploads } from './upload/WorkspaceUploads';
import { WorkspaceFetcher } from './workspace/WorkspaceFetcher';

/** Options of {@link createFetchers}. */
export interface FetchersOptions {
  config: Pick<
    ArenaBackendConfig,
    'workspaceRoots' | 'uploads' | 'network' | 'dataDirectory' | 'git'
  >;
  /** Name of the cluster whose sources are fetched. */
  clusterName: string;
  uploads: Pick<WorkspaceUploads, 'open'>;
  /** Of that cluster. */
  secrets: Pick<SecretReader, 'findSecret' | 'read'>;
  configMaps: ConfigMapReader;
  environment: NodeJS.ProcessEnv;
  /** From modules, by type of source; they replace what is built in. */
  added: ReadonlyMap<string, SourceFetcher>;
}

/** Everything that fetches sources of a cluster. */
export function createFetchers(options: FetchersOptions): SourceFetcher[] {
  const { config, secrets, configMaps, environment, added } = options;
  const { clusterName, uploads } = options;
  const shared = {
    secrets,
    environment,
    temporaryDirectory: join(config.dataDirectory, 'tmp'),
    policy: createAddressPolicy({
      allowedHosts: config.network.allow,
      behindProxy: isBehindProxy(environment),
    }),
  };
  const builtIn = [
    new WorkspaceFetcher({
      roots: config.workspaceRoots,
      uploaded: source => uploads.open(clusterName, source),
      earlierUploads: config.uploads.directory,
    }),
    new GitFetcher({
      ...shared,
      maxMemoryBytes: config.git.memoryMiB * 1024 ** 2,
    }),
    new OciFetcher(shared),
    new ConfigMapFetcher({ ...shared, reader: configMaps }),
  ];
  return [
    ...new Map<string, SourceFetcher>([
      ...builtIn.map(fetcher => [fetcher.type, fetcher] as const),
      ...added,
    ]).values(),
  ];
}
