import {
  KubernetesValidatorFunctions,
  parseEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import {
  ARENA_ANNOTATIONS,
  ARENA_ENTITY_ANNOTATIONS,
} from '@backstage-arena/plugin-arena-common';

/** Annotations of an object that name other entities, and what kind of entity they name when they do not say. */
export const REF_ANNOTATIONS = {
  owner: { annotation: ARENA_ANNOTATIONS.owner, defaultKind: 'group' },
  system: {
    annotation: ARENA_ENTITY_ANNOTATIONS.system,
    defaultKind: 'system',
  },
  component: {
    annotation: ARENA_ANNOTATIONS.component,
    defaultKind: 'component',
  },
  api: { annotation: ARENA_ENTITY_ANNOTATIONS.api, defaultKind: 'api' },
} as const;

/** Which of the annotations. */
export type RefRole = keyof typeof REF_ANNOTATIONS;

/**
 * The entity that an annotation names, as a whole reference. Namespaces of clusters are none of the catalog's, so that one that is left
 * out is the default one.
 *
 * @throws when the text is no entity reference
 */
export function entityRefOf(
  annotations: Record<string, string> | undefined,
  role: RefRole,
): string | undefined {
  const { annotation, defaultKind } = REF_ANNOTATIONS[role];
  const text = annotations?.[annotation];
  return text === undefined ? undefined : wholeRef(text, defaultKind);
}

/**
 * A reference with kind and namespace.
 *
 * @throws when the text is no entity reference
 */
export function wholeRef(text: string, defaultKind: string): string {
  const ref = parseEntityRef(text, {
    defaultKind,
    defaultNamespace: 'default',
  });
  // The parser only splits; it takes any text for a name.
  if (
    !/^[a-zA-Z][a-z0-9A-Z]*$/.test(ref.kind) ||
    !KubernetesValidatorFunctions.isValidNamespace(ref.namespace) ||
    !KubernetesValidatorFunctions.isValidObjectName(ref.name)
  ) {
    throw new InputError(
      `${JSON.stringify(
        text,
      )} is no entity reference, such as ${defaultKind}:default/name`,
    );
  }
  return stringifyEntityRef(ref);
}
