import { z } from 'zod/v4';
import { group, listOf, namespaceName, objectName, oneOf } from '../fields';

/** Kinds whose references a grant can allow. @public */
export const REFERRING_KINDS = ['ArenaJob', 'ArenaConfig'] as const;

/** Kinds that a grant can lend. @public */
export const GRANTED_KINDS = ['Provider', 'ToolRegistry'] as const;

/** @public */
export const referenceGrantSpecSchema = group(
  'Every entry of `from` may use every entry of `to`. Grants add up.',
  {
    from: listOf(
      group('Objects of one kind in one namespace.', {
        kind: oneOf(REFERRING_KINDS, 'Kind of the objects that refer.'),
        namespace: namespaceName('Namespace of the objects that refer.'),
      }),
      'Who may use what the grant lends.',
      { min: 1, max: 16 },
    ),
    to: listOf(
      group('Objects of one kind in the namespace of the grant.', {
        kind: oneOf(GRANTED_KINDS, 'Kind of what is lent.'),
        name: objectName(
          'Name of what is lent. Without it: all objects of the kind, also those to come.',
        ).optional(),
      }),
      'What may be used.',
      { min: 1, max: 16 },
    ),
  },
);

/** Spec of an admitted ArenaReferenceGrant. @public */
export type ArenaReferenceGrantSpec = z.output<typeof referenceGrantSpecSchema>;
