import {
  apiVersionOf,
  ArenaObject,
  ArenaObjectInput,
  ObjectMeta,
} from '@backstage-arena/plugin-arena-common';
import { InputError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import { randomUUID } from 'node:crypto';
import { formatTimestamp } from '../../time/formatTimestamp';
import { namesOfKind } from '../storeErrors';
import { checkOwners } from './checkOwners';

export const DEFAULT_NAMESPACE = 'default';

/** The parts of metadata that users own. */
export function userMetadata(
  metadata: Partial<ObjectMeta>,
): Pick<
  ObjectMeta,
  'labels' | 'annotations' | 'finalizers' | 'ownerReferences'
> {
  const { labels, annotations, finalizers, ownerReferences } = metadata;
  return {
    ...(labels && { labels }),
    ...(annotations && { annotations }),
    ...(finalizers && finalizers.length !== 0 && { finalizers }),
    ...(ownerReferences && ownerReferences.length !== 0 && { ownerReferences }),
  };
}

/** A deep copy without anything that JSON cannot carry. @throws InputError for what is no object of the API */
export function copyInput(
  input: ArenaObjectInput<JsonObject>,
): ArenaObjectInput<JsonObject> {
  const copy = JSON.parse(JSON.stringify(input ?? null));
  if (typeof copy !== 'object' || copy === null || Array.isArray(copy)) {
    throw new InputError('The object must be a map');
  }
  const apiVersion = apiVersionOf(namesOfKind(copy.kind).kind);
  if (copy.apiVersion !== apiVersion) {
    throw new InputError(
      `apiVersion: Unsupported value: ${JSON.stringify(
        copy.apiVersion ?? null,
      )}: supported values: "${apiVersion}"`,
    );
  }
  const { metadata } = copy;
  if (
    typeof metadata !== 'object' ||
    metadata === null ||
    Array.isArray(metadata)
  ) {
    throw new InputError(
      `metadata: Invalid value: ${JSON.stringify(
        metadata ?? null,
      )}: must be a map`,
    );
  }
  return copy;
}

/** @throws InputError for the metadata of an object that exists already */
export function checkNew(metadata: Partial<ObjectMeta>): void {
  if (metadata.resourceVersion) {
    throw new InputError(
      'metadata.resourceVersion: Forbidden: resourceVersion should not be set on objects to be created',
    );
  }
}

/**
 * An admitted object as it begins its life. Without a name it gets the one given.
 *
 * @throws InvalidObjectError, InputError
 */
export function newObject(
  input: ArenaObjectInput<JsonObject>,
  options: { now: Date; generatedName: string },
): ArenaObject {
  const { metadata } = input;
  checkNew(metadata);
  const object: ArenaObject = {
    apiVersion: input.apiVersion,
    kind: input.kind,
    metadata: {
      name: metadata.name || options.generatedName,
      ...(metadata.generateName && { generateName: metadata.generateName }),
      namespace: metadata.namespace || DEFAULT_NAMESPACE,
      uid: randomUUID(),
      resourceVersion: '',
      generation: 1,
      creationTimestamp: formatTimestamp(options.now),
      ...userMetadata(metadata),
    },
    spec: input.spec,
  };
  checkOwners(object);
  return object;
}
