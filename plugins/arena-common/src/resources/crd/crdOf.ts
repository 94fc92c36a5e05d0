import { ARENA_KINDS, ArenaKind, ArenaKindNames } from '../meta';
import { KIND_DEFINITIONS, rootRules, PrinterColumn } from './definitions';
import { StructuralSchema } from './StructuralSchema';
import { toStructuralSchema } from './toStructuralSchema';
import { withoutHints } from './withoutHints';

/** Label of a CRD that says which set it is of. @public */
export const CRD_SET_LABEL = 'arena.backstage.io/crd-set';

/** A CustomResourceDefinition as this package makes them. @public */
export interface ArenaCrd {
  apiVersion: 'apiextensions.k8s.io/v1';
  kind: 'CustomResourceDefinition';
  metadata: { name: string; labels: Record<string, string> };
  spec: {
    group: string;
    names: Omit<ArenaKindNames, 'group'> & {
      listKind: string;
      categories: string[];
    };
    scope: 'Namespaced';
    versions: Array<{
      name: string;
      served: true;
      storage: true;
      schema: { openAPIV3Schema: StructuralSchema };
      subresources?: { status: {} };
      additionalPrinterColumns: PrinterColumn[];
      selectableFields?: Array<{ jsonPath: string }>;
    }>;
  };
}

const schemas = new Map<ArenaKind, StructuralSchema>();

/**
 * The structural schema of a kind: what admission applies, and what its CRD carries.
 *
 * @public
 */
export function structuralSchemaOf(kind: ArenaKind): StructuralSchema {
  let schema = schemas.get(kind);
  if (!schema) {
    schema = rootSchema(kind);
    schemas.set(kind, schema);
  }
  return schema;
}

function rootSchema(kind: ArenaKind): StructuralSchema {
  const definition = KIND_DEFINITIONS[kind];
  const rules = rootRules(definition);
  return {
    type: 'object',
    description: definition.description,
    required: ['spec'],
    properties: {
      apiVersion: {
        type: 'string',
        description: 'Version of the schema that the object is written in.',
      },
      kind: {
        type: 'string',
        description: 'Kind of the object.',
      },
      metadata: {
        type: 'object',
        // Declared so that rules can point at it.
        ...(rules.length > 0
          ? { properties: { name: { type: 'string' } } }
          : undefined),
      },
      spec: toStructuralSchema(definition.spec),
      ...(definition.status
        ? { status: toStructuralSchema(definition.status) }
        : undefined),
    },
    ...(rules.length > 0 ? { 'x-kubernetes-validations': rules } : undefined),
  };
}

/**
 * Whether something is observed of the objects of a kind.
 *
 * @public
 */
export function hasStatus(kind: ArenaKind): boolean {
  return KIND_DEFINITIONS[kind].status !== undefined;
}

/**
 * The CustomResourceDefinition of a kind.
 *
 * @public
 */
export function crdOf(kind: ArenaKind): ArenaCrd {
  const names = ARENA_KINDS.find(entry => entry.kind === kind)!;
  const definition = KIND_DEFINITIONS[kind];
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${names.plural}.${names.group}`,
      labels: {
        'app.kubernetes.io/part-of': 'backstage-arena',
        'app.kubernetes.io/managed-by': 'backstage-arena',
        [CRD_SET_LABEL]: definition.set,
      },
    },
    spec: {
      group: names.group,
      names: {
        kind,
        listKind: `${kind}List`,
        plural: names.plural,
        singular: names.singular,
        shortNames: [...names.shortNames],
        categories: ['arena'],
      },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          storage: true,
          additionalPrinterColumns: definition.columns.map(column => ({
            ...column,
          })),
          ...(definition.selectableFields
            ? {
                selectableFields: definition.selectableFields.map(jsonPath => ({
                  jsonPath,
                })),
              }
            : undefined),
          ...(definition.status ? { subresources: { status: {} } } : undefined),
          schema: { openAPIV3Schema: withoutHints(structuralSchemaOf(kind)) },
        },
      ],
    },
  };
}
