import { BundleContent, ProviderEntry } from '../bundle/BundleContent';
import { EMBEDDING_VENDORS, isEmbeddingVendor } from '../context/Embedder';
import { PlanError, PlanOptions } from '../Engine';
import { toProviderEntry, unknownProvider } from '../plan/candidates';

/**
 * The provider whose embeddings tell near-duplicates of rows.
 *
 * @throws PlanError: `UnknownProvider`, or `InvalidProvider` when it has none that can be asked for
 */
export function findRowEmbedder(
  content: Pick<BundleContent, 'providers'>,
  options: Pick<PlanOptions, 'dataGen' | 'providers'>,
): ProviderEntry | undefined {
  const id = options.dataGen?.embedding?.provider;
  if (id === undefined) return undefined;
  const given = options.providers?.find(
    provider => provider.id === id || provider.bindsTo === id,
  );
  const entry = given
    ? toProviderEntry(given)
    : content.providers.find(provider => provider.id === id);
  if (!entry) {
    throw unknownProvider(id, [
      ...(options.providers ?? []).map(provider => provider.id),
      ...content.providers.map(provider => provider.id),
    ]);
  }
  if (!isEmbeddingVendor(entry.spec.type)) {
    throw new PlanError(
      'InvalidProvider',
      `Provider "${id}" cannot tell near-duplicates: its type is ${
        entry.spec.type
      }, and embeddings are had of ${EMBEDDING_VENDORS.join(', ')}`,
    );
  }
  return entry;
}
