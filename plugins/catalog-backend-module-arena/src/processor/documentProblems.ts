import { Entity } from '@backstage/catalog-model';
import {
  admit,
  formatCause,
  normalizeInput,
} from '@backstage-arena/plugin-arena-common/admission';

/** Metadata that the catalog has beyond that of an object. */
const CATALOG_METADATA = ['title', 'description', 'tags', 'links', 'etag'];

/**
 * What Arena would say if an object was created from a document, with the field of each fault; nothing when it would create it.
 *
 * The check is the one of the REST API and of clusters, so that a document that the catalog takes can be applied.
 */
export function documentProblems(document: Entity): string[] {
  const { apiVersion, kind, metadata, spec } = document;
  const input = normalizeInput({
    apiVersion,
    kind,
    metadata: Object.fromEntries(
      Object.entries(metadata).filter(
        ([field]) => !CATALOG_METADATA.includes(field),
      ),
    ),
    spec,
  });
  return admit(input, { operation: 'create' }).causes.map(formatCause);
}
