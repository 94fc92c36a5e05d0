import { KubeObject } from './KubeObject';

/** The object without the bookkeeping of server-side apply, which is often larger than the rest. */
export function withoutManagedFields(object: KubeObject): KubeObject {
  const metadata = { managedFields: undefined, ...object.metadata };
  const { managedFields, ...kept } = metadata;
  return { ...object, metadata: kept };
}
