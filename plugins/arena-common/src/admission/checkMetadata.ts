import { JsonObject, JsonValue } from '@backstage/types';
import type { FieldCause } from '../client/ArenaApi';
import {
  DNS_LABEL,
  DNS_SUBDOMAIN,
  LABEL_HINT,
  SUBDOMAIN_HINT,
} from '../resources/fields';
import {
  invalid,
  required,
  tooLong,
  typeInvalid,
  unknownField,
} from './causes';
import { checkAnnotations, checkLabels } from './checkLabels';
import { FieldPath, FieldPathSegment, formatFieldPath } from './FieldPath';
import { suggest } from './suggest';
import { isObject, own, typeOf } from './values';

const KNOWN_FIELDS: Readonly<Record<string, string>> = {
  name: 'string',
  generateName: 'string',
  namespace: 'string',
  labels: 'object',
  annotations: 'object',
  finalizers: 'array',
  ownerReferences: 'array',
  uid: 'string',
  resourceVersion: 'string',
  generation: 'integer',
  creationTimestamp: 'string',
  deletionTimestamp: 'string',
  deletionGracePeriodSeconds: 'integer',
  selfLink: 'string',
  managedFields: 'array',
};

/** What the server appends to `generateName`. */
const GENERATED_SUFFIX_LENGTH = 5;

const ROOT: FieldPath = [{ field: 'metadata' }];

/**
 * Checks metadata as Kubernetes does. Nulls stand for absent fields.
 *
 * @internal
 */
export function checkMetadata(options: {
  metadata: JsonObject;
  oldMetadata?: JsonObject;
  maxNameLength: number;
}): { causes: FieldCause[]; unknown: FieldCause[] } {
  const { metadata, oldMetadata, maxNameLength } = options;
  const causes: FieldCause[] = [];
  const unknown: FieldCause[] = [];
  const at = (...rest: FieldPathSegment[]): FieldPath => [...ROOT, ...rest];
  const fields = new Map<string, JsonValue>();
  for (const [field, value] of Object.entries(metadata)) {
    const type = own(KNOWN_FIELDS, field);
    if (!type) {
      const near = suggest(field, Object.keys(KNOWN_FIELDS));
      unknown.push(
        unknownField(
          at({ field }),
          near && formatFieldPath(at({ field: near })),
        ),
      );
    } else if (value !== null && value !== undefined) {
      if (typeOf(value) === type) {
        fields.set(field, value);
      } else {
        causes.push(typeInvalid(at({ field }), value, String(type)));
      }
    }
  }
  const text = (field: string) => {
    const value = fields.get(field);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };

  const name = text('name');
  const generateName = text('generateName');
  if (name !== undefined) {
    // The rule of the CRD speaks of kinds whose names must be shorter.
    if (name.length > 253) {
      causes.push(tooLong(at({ field: 'name' }), 253));
    } else if (!DNS_SUBDOMAIN.test(name)) {
      causes.push(invalid(at({ field: 'name' }), name, SUBDOMAIN_HINT));
    }
  } else if (generateName !== undefined) {
    const max = maxNameLength - GENERATED_SUFFIX_LENGTH;
    const path = at({ field: 'generateName' });
    if (generateName.length > max) {
      causes.push(tooLong(path, max));
    } else if (!DNS_SUBDOMAIN.test(`${generateName}x`)) {
      causes.push(invalid(path, generateName, SUBDOMAIN_HINT));
    }
  } else if (!causes.some(cause => cause.field === 'metadata.name')) {
    causes.push(
      required(at({ field: 'name' }), 'name or generateName is required'),
    );
  }

  const namespace = text('namespace');
  if (namespace !== undefined) {
    const path = at({ field: 'namespace' });
    if (namespace.length > 63) {
      causes.push(tooLong(path, 63));
    } else if (!DNS_LABEL.test(namespace)) {
      causes.push(invalid(path, namespace, LABEL_HINT));
    }
  }
  for (const field of ['name', 'namespace']) {
    const old = oldMetadata && own(oldMetadata, field);
    const now = text(field);
    if (old !== undefined && now !== undefined && old !== now) {
      causes.push(invalid(at({ field }), now, 'field is immutable'));
    }
  }
  const labels = fields.get('labels');
  if (isObject(labels)) {
    causes.push(...checkLabels(labels, at({ field: 'labels' })));
  }
  const annotations = fields.get('annotations');
  if (isObject(annotations)) {
    causes.push(...checkAnnotations(annotations, at({ field: 'annotations' })));
  }
  causes.push(...checkFinalizers(fields.get('finalizers')));
  causes.push(...checkOwners(fields.get('ownerReferences')));
  return { causes, unknown };
}

function checkFinalizers(finalizers: JsonValue | undefined): FieldCause[] {
  if (!Array.isArray(finalizers)) {
    return [];
  }
  return finalizers.flatMap((value, index) => {
    const path: FieldPath = [...ROOT, { field: 'finalizers' }, { index }];
    if (typeof value !== 'string') {
      return [typeInvalid(path, value, 'string')];
    }
    return /^[-._a-z0-9]+\/[-._A-Za-z0-9]+$/.test(value)
      ? []
      : [invalid(path, value, 'must have the form example.com/name')];
  });
}

function checkOwners(owners: JsonValue | undefined): FieldCause[] {
  if (!Array.isArray(owners)) {
    return [];
  }
  return owners.flatMap((owner, index) => {
    const path: FieldPath = [...ROOT, { field: 'ownerReferences' }, { index }];
    if (!isObject(owner)) {
      return [typeInvalid(path, owner, 'object')];
    }
    return ['apiVersion', 'kind', 'name', 'uid'].flatMap(field => {
      const value = own(owner, field);
      return typeof value === 'string' && value !== ''
        ? []
        : [required([...path, { field }], 'must be a non-empty string')];
    });
  });
}
