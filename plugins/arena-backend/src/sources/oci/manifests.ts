import { SourceFetchError } from '@backstage-arena/plugin-arena-node';
import { z } from 'zod/v4';

const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

/** What a registry is asked for. */
export const MANIFEST_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  ...INDEX_TYPES,
];

const descriptorSchema = z.object({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.int().min(0),
  annotations: z.record(z.string(), z.string()).optional(),
  platform: z
    .object({ os: z.string().optional(), architecture: z.string().optional() })
    .optional(),
});

/** A blob or a manifest that another one names. */
export type Descriptor = z.output<typeof descriptorSchema>;

const indexSchema = z.object({ manifests: z.array(descriptorSchema) });
const manifestSchema = z.object({ layers: z.array(descriptorSchema) });

export function isIndex(mediaType: string): boolean {
  return INDEX_TYPES.includes(mediaType);
}

/**
 * The manifest of an index that is taken: the only one, or the one for linux/amd64, as bundles are the same for all platforms.
 *
 * @throws SourceFetchError
 */
export function chooseManifest(body: unknown): Descriptor {
  const { manifests } = parse(indexSchema, body, 'index');
  const real = manifests.filter(
    ({ annotations, platform }) =>
      // Signatures and provenance that builders put beside images.
      !annotations?.['vnd.docker.reference.type'] && platform?.os !== 'unknown',
  );
  const chosen =
    real.length === 1
      ? real[0]
      : real.find(
          ({ platform }) =>
            platform?.os === 'linux' && platform.architecture === 'amd64',
        ) ?? real[0];
  if (!chosen) {
    throw new SourceFetchError(
      'UnsupportedArtifact',
      'The index of the artifact names no manifest',
    );
  }
  return chosen;
}

/** @throws SourceFetchError */
export function layersOf(body: unknown): Descriptor[] {
  return parse(manifestSchema, body, 'manifest').layers;
}

function parse<T extends z.ZodType>(
  schema: T,
  body: unknown,
  what: string,
): z.output<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  throw new SourceFetchError(
    'UnsupportedArtifact',
    `The ${what} of the artifact cannot be read: ${path.join('.')}: ${message}`,
  );
}
