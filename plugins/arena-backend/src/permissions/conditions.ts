import { createConditionExports } from '@backstage/plugin-permission-node';
import {
  arenaJobPermissionResourceRef,
  arenaResourcePermissionResourceRef,
} from './resourceRefs';
import { arenaJobRules } from './rules/arenaJobRules';
import { arenaResourceRules } from './rules/arenaResourceRules';

const jobs = createConditionExports({
  resourceRef: arenaJobPermissionResourceRef,
  rules: arenaJobRules,
});
const resources = createConditionExports({
  resourceRef: arenaResourcePermissionResourceRef,
  rules: arenaResourceRules,
});

/**
 * Conditions on ArenaJobs and their runs, for permission policies.
 *
 * @public
 */
export const arenaJobConditions = jobs.conditions;

/**
 * Makes the decision of a policy about a permission on ArenaJobs of conditions.
 *
 * @public
 */
export const createArenaJobConditionalDecision = jobs.createConditionalDecision;

/**
 * Conditions on objects that are no jobs, for permission policies.
 *
 * @public
 */
export const arenaResourceConditions = resources.conditions;

/**
 * Makes the decision of a policy about a permission on the other objects of conditions.
 *
 * @public
 */
export const createArenaResourceConditionalDecision =
  resources.createConditionalDecision;
