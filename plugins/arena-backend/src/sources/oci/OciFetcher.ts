import { ArenaObject, ArenaSource } from '@backstage-arena/plugin-arena-common';
import { AddressPolicy } from '@backstage-arena/plugin-arena-common/network';
import {
  FetchedSource,
  SourceFetcher,
  SourceFetchError,
} from '@backstage-arena/plugin-arena-node';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SecretReader } from '../../planning/SecretReader';
import { SourceSecret } from '../SourceSecret';
import { StagingFolder } from '../staging/StagingFolder';
import { stagedArchive } from '../staging/stagedArchive';
import {
  DEFAULT_WORKSPACE_LIMITS,
  WorkspaceLimits,
} from '../workspace/WorkspaceLimits';
import { chooseManifest, Descriptor, isIndex, layersOf } from './manifests';
import { readOciCredential } from './OciCredential';
import { parseOciReference } from './OciReference';
import { OciRegistry } from './OciRegistry';
import { unpackLayer } from './unpackLayer';

/** Options of an {@link OciFetcher}. */
export interface OciFetcherOptions {
  secrets: Pick<SecretReader, 'findSecret' | 'read'>;
  policy: AddressPolicy;
  temporaryDirectory: string;
  limits?: Partial<WorkspaceLimits>;
}

const MAX_LAYERS = 200;

/**
 * Takes an artifact of a registry as a source: files as `oras` pushes them, or layers of archives as images have them.
 *
 * @remarks
 * The manifest alone tells whether a tag has moved. Everything else has a digest, which is checked before anything of it is used.
 */
export class OciFetcher implements SourceFetcher {
  readonly type = 'oci';
  readonly #options: OciFetcherOptions;
  readonly #limits: WorkspaceLimits;

  constructor(options: OciFetcherOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_WORKSPACE_LIMITS, ...options.limits };
  }

  async fetch(
    object: ArenaObject,
    options: { signal: AbortSignal },
  ): Promise<FetchedSource> {
    const source = object as ArenaSource;
    const { signal } = options;
    const { reference, isDigest } = parseOciReference(source.spec.oci!.url);
    const { digest } = await this.#withRegistry(source, signal, registry =>
      registry.manifest(reference),
    );
    const { temporaryDirectory } = this.#options;
    return {
      revision: isDigest ? digest : `${reference}@${digest}`,
      archive: stagedArchive({
        temporaryDirectory,
        limits: this.#limits,
        signal,
        fill: folder =>
          this.#withRegistry(source, signal, async registry =>
            this.#unpack(await this.#findLayers(registry, digest), {
              registry,
              folder,
              signal,
            }),
          ),
      }),
    };
  }

  /** The layers of a manifest, or of the one that an index names. */
  async #findLayers(
    registry: OciRegistry,
    digest: string,
  ): Promise<Descriptor[]> {
    let found = await registry.manifest(digest);
    if (isIndex(found.mediaType)) {
      found = await registry.manifest(chooseManifest(found.body).digest);
    }
    const layers = layersOf(found.body);
    const total = layers.reduce((sum, { size }) => sum + size, 0);
    const { maxTotalBytes } = this.#limits;
    if (layers.length > MAX_LAYERS || total > maxTotalBytes) {
      throw new SourceFetchError(
        'TooLarge',
        `The artifact has ${layers.length} layers with ${total} bytes in all: at most ${MAX_LAYERS} with ${maxTotalBytes} are allowed (limit maxTotalBytes)`,
      );
    }
    return layers;
  }

  async #unpack(
    layers: readonly Descriptor[],
    options: {
      registry: OciRegistry;
      folder: StagingFolder;
      signal: AbortSignal;
    },
  ): Promise<void> {
    const { registry, folder, signal } = options;
    const { temporaryDirectory } = this.#options;
    await mkdir(temporaryDirectory, { recursive: true });
    const blobs = await mkdtemp(join(temporaryDirectory, 'layer-'));
    try {
      const file = join(blobs, 'blob');
      for (const layer of layers) {
        await registry.download(layer, file);
        await unpackLayer({
          layer,
          file,
          into: folder,
          limits: this.#limits,
          signal,
        });
      }
    } finally {
      await rm(blobs, { recursive: true, force: true });
    }
  }

  async #withRegistry<T>(
    source: ArenaSource,
    signal: AbortSignal,
    work: (registry: OciRegistry) => Promise<T>,
  ): Promise<T> {
    const spec = source.spec.oci!;
    const { policy, secrets } = this.#options;
    const reference = parseOciReference(spec.url);
    const secret =
      spec.secretRef &&
      new SourceSecret({
        reader: secrets,
        namespace: source.metadata.namespace,
        name: spec.secretRef.name,
        sentTo: reference.aliases.map(alias => alias.replace(/:\d+$/, '')),
      });
    const registry = new OciRegistry({
      reference,
      credential: await readOciCredential(reference, secret),
      policy,
      insecure: spec.insecure,
      signal,
    });
    try {
      return await work(registry);
    } finally {
      await registry.close();
    }
  }
}
