import { NotFoundError } from '@backstage/errors';
import { ArenaApi } from '@backstage-arena/plugin-arena-common';
import type { z as Zod } from 'zod/v3';

/** Where something is; the cluster may be left out. */
export interface NamespaceInput {
  cluster?: string;
  namespace: string;
}

/** Fields of an input that names a namespace. */
export const namespaceShape = (z: typeof Zod) => ({
  cluster: z
    .string()
    .min(1)
    .optional()
    .describe('Cluster of the portal. Default: its first one'),
  namespace: z.string().min(1).default('default'),
});

/** Fields of an input that names an ArenaJob. */
export const jobShape = (z: typeof Zod) => ({
  ...namespaceShape(z),
  name: z.string().min(1).describe('Name of the ArenaJob'),
});

export async function clusterOf(
  api: ArenaApi,
  input: { cluster?: string },
): Promise<string> {
  if (input.cluster !== undefined) return input.cluster;
  const [first] = await api.clusters();
  if (!first) throw new NotFoundError('The portal has no clusters');
  return first.name;
}
