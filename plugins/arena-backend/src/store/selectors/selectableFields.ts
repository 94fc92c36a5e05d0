import {
  ARENA_ANNOTATIONS,
  ArenaObject,
} from '@backstage-arena/plugin-arena-common';
import { JsonValue } from '@backstage/types';
import { lower } from '../../permissions/SubjectFilter';

/** A column of `resources` and how an object fills it. */
export interface SelectableField {
  column: string;
  read(object: ArenaObject): string;
}

function textAt(value: JsonValue | undefined, ...path: string[]): string {
  let current = value;
  for (const step of path) {
    if (
      typeof current !== 'object' ||
      current === null ||
      Array.isArray(current)
    ) {
      return '';
    }
    current = current[step];
  }
  return typeof current === 'string' ? indexable(current, 253) : '';
}

/** Column values must fit, and PostgreSQL has no NUL in a text. The document keeps the value as it is. */
function indexable(text: string, length: number): string {
  return text.replaceAll('\0', '').slice(0, length);
}

/** What `fieldSelector` may name, as columns, so that the database does the selecting. */
export const SELECTABLE_FIELDS: Readonly<Record<string, SelectableField>> = {
  'metadata.name': { column: 'name', read: o => o.metadata.name },
  'metadata.namespace': {
    column: 'namespace',
    read: o => o.metadata.namespace,
  },
  'metadata.uid': { column: 'uid', read: o => o.metadata.uid },
  'status.phase': { column: 'phase', read: o => textAt(o.status, 'phase') },
  'spec.type': { column: 'spec_type', read: o => textAt(o.spec, 'type') },
  'spec.sourceRef.name': {
    column: 'source_name',
    read: o => textAt(o.spec, 'sourceRef', 'name'),
  },
};

/** The columns by which an object is found, but its key. */
export function indexColumns(object: ArenaObject) {
  const { annotations = {} } = object.metadata;
  const entityOf = (annotation: string) =>
    indexable(annotations[annotation] ?? '', 512);
  return {
    phase: SELECTABLE_FIELDS['status.phase'].read(object),
    spec_type: SELECTABLE_FIELDS['spec.type'].read(object),
    source_name: SELECTABLE_FIELDS['spec.sourceRef.name'].read(object),
    component: entityOf(ARENA_ANNOTATIONS.component),
    creator: lower(entityOf(ARENA_ANNOTATIONS.creator)),
    owner: lower(entityOf(ARENA_ANNOTATIONS.owner)),
  };
}
