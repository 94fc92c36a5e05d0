import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { createAddressPolicy } from '@backstage-arena/plugin-arena-common/network';
import { FetchedSource } from '@backstage-arena/plugin-arena-node';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { createSecretReader } from '../../planning/credentials';
import { readArchive } from '../../snapshots/readArchive';

/** An ArenaSource in namespace `team` as admission lets it through. */
export function sourceOf(spec: object): ArenaObject {
  return {
    apiVersion: 'omnia.altairalabs.ai/v1alpha1',
    kind: 'ArenaSource',
    metadata: {
      name: 'source',
      namespace: 'team',
      uid: 'uid',
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-11-23T10:00:00Z',
    },
    spec: spec as ArenaObject['spec'],
  };
}

/** Secrets of namespace `team`, which may be sent to any server unless others are named. */
export function secretsOf(
  secrets: Record<string, Record<string, string>>,
  hosts: readonly string[] = ['*'],
) {
  return createSecretReader({
    config: {
      secrets: { team: secrets },
      sourceCredentials: {
        team: Object.fromEntries(
          Object.keys(secrets).map(name => [name, [...hosts]]),
        ),
      },
      workers: { allowedEnvironment: [] },
    },
    environment: {},
  });
}

export function policyOf(...allowedHosts: string[]) {
  return createAddressPolicy({ allowedHosts, behindProxy: false });
}

/** Contents of the files, by path. */
export async function unpack({
  archive,
}: Pick<FetchedSource, 'archive'>): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for await (const file of readArchive(Readable.from(await buffer(archive)))) {
    files[file.path] = (await buffer(file.content)).toString();
  }
  return files;
}
