import { ARENA_KINDS, ArenaKind } from '@backstage-arena/plugin-arena-common';
import { z } from 'zod/v4';
import { arenaResourcePermissionResourceRef } from '../resourceRefs';
import { createRules } from './createRules';
import { createSubjectRule } from './createSubjectRule';

const KINDS = ARENA_KINDS.map(({ kind }) => kind).filter(
  kind => kind !== 'ArenaJob',
) as [ArenaKind, ...ArenaKind[]];

/**
 * Rules on objects that are no jobs.
 *
 * @public
 */
export const arenaResourceRules = {
  ...createRules(arenaResourcePermissionResourceRef),
  ofKind: createSubjectRule(arenaResourcePermissionResourceRef, {
    name: 'OF_KIND',
    description: 'Allows objects of one of the kinds',
    paramsSchema: z.object({
      kinds: z.array(z.enum(KINDS)).min(1).describe('Kinds of objects'),
    }),
    filter: ({ kinds: values }) => ({ field: 'kind', values }),
  }),
};
