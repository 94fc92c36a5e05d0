import { z } from 'zod/v4';
import { arenaJobPermissionResourceRef } from '../resourceRefs';
import { createRules } from './createRules';
import { createSubjectRule } from './createSubjectRule';

const JOB_TYPES = ['evaluation', 'loadtest', 'datagen'] as const;

/**
 * Rules on ArenaJobs and their runs.
 *
 * @public
 */
export const arenaJobRules = {
  ...createRules(arenaJobPermissionResourceRef),
  ofType: createSubjectRule(arenaJobPermissionResourceRef, {
    name: 'OF_TYPE',
    description: 'Allows jobs of one of the types',
    paramsSchema: z.object({
      types: z.array(z.enum(JOB_TYPES)).min(1).describe('Types of jobs'),
    }),
    filter: ({ types: values }) => ({ field: 'type', values }),
  }),
};
