import { createPermissionResourceRef } from '@backstage/plugin-permission-node';
import {
  RESOURCE_TYPE_ARENA_JOB,
  RESOURCE_TYPE_ARENA_RESOURCE,
} from '@backstage-arena/plugin-arena-common';
import { PermissionSubject } from './PermissionSubject';
import { SubjectFilter } from './SubjectFilter';

/**
 * ArenaJobs and their runs, for rules of other modules.
 *
 * @public
 */
export const arenaJobPermissionResourceRef = createPermissionResourceRef<
  PermissionSubject,
  SubjectFilter
>().with({ pluginId: 'arena', resourceType: RESOURCE_TYPE_ARENA_JOB });

/**
 * Objects of the other kinds, for rules of other modules.
 *
 * @public
 */
export const arenaResourcePermissionResourceRef = createPermissionResourceRef<
  PermissionSubject,
  SubjectFilter
>().with({ pluginId: 'arena', resourceType: RESOURCE_TYPE_ARENA_RESOURCE });
