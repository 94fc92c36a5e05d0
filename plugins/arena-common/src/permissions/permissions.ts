import {
  BasicPermission,
  createPermission,
  ResourcePermission,
} from '@backstage/plugin-permission-common';

/** Resource type of ArenaJobs (and the runs that came from them) in the permission framework. @public */
export const RESOURCE_TYPE_ARENA_JOB = 'arena-job';

/** Resource type of sources, configs, providers, agents, tool registries and grants in the permission framework. @public */
export const RESOURCE_TYPE_ARENA_RESOURCE = 'arena-resource';

/** Reading an ArenaJob, its runs, items, events and reports. @public */
export const arenaJobReadPermission = createPermission({
  name: 'arena.job.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_ARENA_JOB,
});

/**
 * Creating jobs at all. Which ones, {@link arenaJobPlacePermission} says.
 *
 * @public
 */
export const arenaJobCreatePermission = createPermission({
  name: 'arena.job.create',
  attributes: { action: 'create' },
});

/**
 * Creating this job: asked, beside {@link arenaJobCreatePermission}, with the job as it is going to be (cluster, namespace, type, labels,
 * owner; the creator is the caller).
 *
 * @public
 */
export const arenaJobPlacePermission = createPermission({
  name: 'arena.job.place',
  attributes: { action: 'create' },
  resourceType: RESOURCE_TYPE_ARENA_JOB,
});

/** Changing a job. It must be allowed for the job as it is and as it is going to be. @public */
export const arenaJobUpdatePermission = createPermission({
  name: 'arena.job.update',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_ARENA_JOB,
});

/** @public */
export const arenaJobDeletePermission = createPermission({
  name: 'arena.job.delete',
  attributes: { action: 'delete' },
  resourceType: RESOURCE_TYPE_ARENA_JOB,
});

/** Cancelling a job. @public */
export const arenaJobCancelPermission = createPermission({
  name: 'arena.job.cancel',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_ARENA_JOB,
});

/** Running a job again, or its failed items. @public */
export const arenaJobRerunPermission = createPermission({
  name: 'arena.job.rerun',
  attributes: { action: 'create' },
  resourceType: RESOURCE_TYPE_ARENA_JOB,
});

/** Reading what was said: transcripts of items. @public */
export const arenaTranscriptReadPermission = createPermission({
  name: 'arena.transcript.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_ARENA_JOB,
});

/** Commenting on items and labelling them; changing and deleting one's own comments, and resolving any. @public */
export const arenaCommentCreatePermission = createPermission({
  name: 'arena.comment.create',
  attributes: { action: 'create' },
  resourceType: RESOURCE_TYPE_ARENA_JOB,
});

/** Deleting comments of others. @public */
export const arenaCommentDeletePermission = createPermission({
  name: 'arena.comment.delete',
  attributes: { action: 'delete' },
  resourceType: RESOURCE_TYPE_ARENA_JOB,
});

/** Reading sources, configs, providers, agents, tool registries and grants. @public */
export const arenaResourceReadPermission = createPermission({
  name: 'arena.resource.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_ARENA_RESOURCE,
});

/**
 * Creating what {@link arenaResourceReadPermission} reads, but grants. Where and which, {@link arenaResourcePlacePermission} says.
 *
 * @public
 */
export const arenaResourceCreatePermission = createPermission({
  name: 'arena.resource.create',
  attributes: { action: 'create' },
});

/**
 * Creating this object, grants included: asked, beside the permission to create, with the object as it is going to be.
 *
 * @public
 */
export const arenaResourcePlacePermission = createPermission({
  name: 'arena.resource.place',
  attributes: { action: 'create' },
  resourceType: RESOURCE_TYPE_ARENA_RESOURCE,
});

/** @public */
export const arenaResourceUpdatePermission = createPermission({
  name: 'arena.resource.update',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_ARENA_RESOURCE,
});

/** @public */
export const arenaResourceDeletePermission = createPermission({
  name: 'arena.resource.delete',
  attributes: { action: 'delete' },
  resourceType: RESOURCE_TYPE_ARENA_RESOURCE,
});

/** Creating grants: lending providers and tool registries of a namespace, with their credentials, to other namespaces. @public */
export const arenaGrantCreatePermission = createPermission({
  name: 'arena.grant.create',
  attributes: { action: 'create' },
});

/** @public */
export const arenaGrantUpdatePermission = createPermission({
  name: 'arena.grant.update',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_ARENA_RESOURCE,
});

/** @public */
export const arenaGrantDeletePermission = createPermission({
  name: 'arena.grant.delete',
  attributes: { action: 'delete' },
  resourceType: RESOURCE_TYPE_ARENA_RESOURCE,
});

/** Permissions on ArenaJobs and their runs. @public */
export const arenaJobPermissions: (
  | BasicPermission
  | ResourcePermission<typeof RESOURCE_TYPE_ARENA_JOB>
)[] = [
  arenaJobReadPermission,
  arenaJobCreatePermission,
  arenaJobPlacePermission,
  arenaJobUpdatePermission,
  arenaJobDeletePermission,
  arenaJobCancelPermission,
  arenaJobRerunPermission,
  arenaTranscriptReadPermission,
  arenaCommentCreatePermission,
  arenaCommentDeletePermission,
];

/** Permissions on the other kinds. @public */
export const arenaResourcePermissions: (
  | BasicPermission
  | ResourcePermission<typeof RESOURCE_TYPE_ARENA_RESOURCE>
)[] = [
  arenaResourceReadPermission,
  arenaResourceCreatePermission,
  arenaResourcePlacePermission,
  arenaResourceUpdatePermission,
  arenaResourceDeletePermission,
  arenaGrantCreatePermission,
  arenaGrantUpdatePermission,
  arenaGrantDeletePermission,
];
