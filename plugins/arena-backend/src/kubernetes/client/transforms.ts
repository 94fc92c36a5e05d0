import { ObjectSerializer } from '@kubernetes/client-node/dist/gen/models/ObjectSerializer.js';
import { KubeObject } from './KubeObject';

/** The object without the bookkeeping of server-side apply, which is often larger than the rest. */
export function withoutManagedFields(object: KubeObject): KubeObject {
  const metadata = { managedFields: undefined, ...object.metadata };
  const { managedFields, ...kept } = metadata;
  return { ...object, metadata: kept };
}

/**
 * Makes instances of a class of the client library, whose times are `Date`s.
 *
 * @param model - name of the class, for example `V1Job`
 */
export function typedTransform<T extends KubeObject>(
  model: string,
): (object: KubeObject) => T {
  return object =>
    ObjectSerializer.deserialize(withoutManagedFields(object), model, '');
}
