import { PermissionsRegistryService } from '@backstage/backend-plugin-api';
import {
  arenaJobPermissions,
  arenaResourcePermissions,
  RESOURCE_TYPE_ARENA_JOB,
  RESOURCE_TYPE_ARENA_RESOURCE,
} from '@backstage-arena/plugin-arena-common';
import {
  arenaJobPermissionResourceRef,
  arenaResourcePermissionResourceRef,
} from './resourceRefs';
import { Rulesets } from './Rulesets';
import { arenaJobRules } from './rules/arenaJobRules';
import { arenaResourceRules } from './rules/arenaResourceRules';
import { SubjectFinder } from './SubjectFinder';

/**
 * Tells the permission framework of all permissions and rules, and how it finds what they are about.
 *
 * @returns the rules, with those that other modules add
 */
export function registerPermissions(
  registry: PermissionsRegistryService,
  subjects: SubjectFinder,
): Rulesets {
  registry.addResourceType({
    resourceRef: arenaJobPermissionResourceRef,
    permissions: arenaJobPermissions,
    rules: Object.values(arenaJobRules),
    getResources: async refs =>
      (await subjects.findAll(refs)).map(subject =>
        subject?.kind === 'ArenaJob' ? subject : undefined,
      ),
  });
  registry.addResourceType({
    resourceRef: arenaResourcePermissionResourceRef,
    permissions: arenaResourcePermissions,
    rules: Object.values(arenaResourceRules),
    getResources: async refs =>
      (await subjects.findAll(refs)).map(subject =>
        subject?.kind === 'ArenaJob' ? undefined : subject,
      ),
  });
  return {
    [RESOURCE_TYPE_ARENA_JOB]: registry.getPermissionRuleset(
      arenaJobPermissionResourceRef,
    ),
    [RESOURCE_TYPE_ARENA_RESOURCE]: registry.getPermissionRuleset(
      arenaResourcePermissionResourceRef,
    ),
  };
}
