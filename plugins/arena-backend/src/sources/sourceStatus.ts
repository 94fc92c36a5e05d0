import {
  ARENA_ANNOTATIONS,
  ArenaSource,
  ArenaSourceArtifact,
  ArenaSourceStatus,
} from '@backstage-arena/plugin-arena-common';
import { Observation, withConditions } from '../reconciler/conditions';
import { formatTimestamp } from '../time/formatTimestamp';

/** Why a source is fetched now. */
export type FetchReason =
  | 'first'
  | 'spec changed'
  | 'requested'
  | 'interrupted'
  | 'interval';

/** Value of the annotation by which a user asks for a fetch. */
function requestOf(source: ArenaSource): string | undefined {
  return source.metadata.annotations?.[ARENA_ANNOTATIONS.reconcileAt]?.slice(
    0,
    256,
  );
}

/** Whether a fetch is due, and why. */
export function fetchReason(
  source: ArenaSource,
  now: Date,
): FetchReason | undefined {
  const { status = {}, metadata } = source;
  const request = requestOf(source);
  if (!status.lastFetchTime) {
    return 'first';
  }
  if (status.observedGeneration !== metadata.generation) {
    return 'spec changed';
  }
  if (request && request !== status.lastHandledReconcileAt) {
    return 'requested';
  }
  if (status.phase === 'Initializing' || status.phase === 'Fetching') {
    // Nobody else fetches this source now, so whoever began it is dead.
    return 'interrupted';
  }
  return !status.nextFetchTime || Date.parse(status.nextFetchTime) <= +now
    ? 'interval'
    : undefined;
}

interface Next {
  source: ArenaSource;
  now: Date;
}

function conditions(
  status: ArenaSourceStatus,
  { source, now }: Next,
  observations: Observation[],
): ArenaSourceStatus['conditions'] {
  return withConditions(status.conditions, observations, {
    now,
    generation: source.metadata.generation,
  });
}

function artifactCondition(
  artifact: ArenaSourceArtifact | undefined,
): Observation {
  return artifact
    ? {
        type: 'ArtifactAvailable',
        status: 'True',
        reason: 'ArtifactStored',
        message: `Content of revision ${artifact.revision} is stored`,
      }
    : {
        type: 'ArtifactAvailable',
        status: 'False',
        reason: 'NoArtifact',
        message: 'Nothing has been fetched yet',
      };
}

/** The spec itself keeps the source from being fetched. */
export function invalidStatus(
  status: ArenaSourceStatus,
  next: Next & { reason: string; message: string },
): ArenaSourceStatus {
  const { reason, message } = next;
  const { nextFetchTime, ...rest } = status;
  return {
    ...rest,
    phase: 'Error',
    observedGeneration: next.source.metadata.generation,
    conditions: conditions(status, next, [
      { type: 'Ready', status: 'False', reason, message },
      { type: 'SourceValid', status: 'False', reason, message },
      artifactCondition(status.artifact),
    ]),
  };
}

/** Nothing is fetched; what was fetched stays usable. */
export function suspendedStatus(
  status: ArenaSourceStatus,
  next: Next,
): ArenaSourceStatus {
  const { nextFetchTime, ...rest } = status;
  const { artifact } = status;
  return {
    ...rest,
    phase: artifact ? 'Ready' : 'Pending',
    // The generation is not observed: what changed meanwhile is fetched on resumption.
    conditions: conditions(status, next, [
      {
        type: 'Ready',
        status: artifact ? 'True' : 'False',
        reason: 'Suspended',
        message: artifact
          ? `Fetching is suspended; revision ${artifact.revision} stays in use`
          : 'Fetching is suspended, and nothing has been fetched yet',
      },
      artifactCondition(artifact),
    ]),
  };
}

export function fetchingStatus(
  status: ArenaSourceStatus,
  next: Next,
): ArenaSourceStatus {
  return {
    ...status,
    phase: status.artifact ? 'Fetching' : 'Initializing',
    conditions: conditions(status, next, [
      ...(status.artifact
        ? []
        : [
            {
              type: 'Ready',
              status: 'False',
              reason: 'FetchInProgress',
              message: 'The first fetch has begun',
            } as const,
          ]),
      {
        type: 'SourceValid',
        status: 'True',
        reason: 'SourceValid',
        message: 'The spec can be fetched',
      },
      {
        type: 'Fetching',
        status: 'True',
        reason: 'FetchInProgress',
        message: 'A fetch has begun',
      },
      artifactCondition(status.artifact),
    ]),
  };
}

/** What both ends of a fetch write. */
function fetchedStatus(
  status: ArenaSourceStatus,
  next: Next & { nextFetch: Date },
): ArenaSourceStatus {
  const request = requestOf(next.source);
  return {
    ...status,
    observedGeneration: next.source.metadata.generation,
    lastFetchTime: formatTimestamp(next.now),
    nextFetchTime: formatTimestamp(next.nextFetch),
    ...(request && { lastHandledReconcileAt: request }),
  };
}

export function succeededStatus(
  status: ArenaSourceStatus,
  next: Next & {
    nextFetch: Date;
    artifact: ArenaSourceArtifact;
    versionCount: number;
  },
): ArenaSourceStatus {
  const { artifact, versionCount } = next;
  return {
    ...fetchedStatus(status, next),
    phase: 'Ready',
    artifact,
    lastSyncRevision: artifact.revision,
    headVersion: artifact.version,
    versionCount,
    conditions: conditions(status, next, [
      {
        type: 'Ready',
        status: 'True',
        reason: 'Ready',
        message: `Content of revision ${artifact.revision} is ready`,
      },
      {
        type: 'Fetching',
        status: 'False',
        reason: 'FetchComplete',
        message: 'The last fetch succeeded',
      },
      artifactCondition(artifact),
    ]),
  };
}

export function failedStatus(
  status: ArenaSourceStatus,
  next: Next & { nextFetch: Date; reason: string; message: string },
): ArenaSourceStatus {
  const { reason, message } = next;
  return {
    ...fetchedStatus(status, next),
    phase: 'Error',
    conditions: conditions(status, next, [
      { type: 'Ready', status: 'False', reason, message },
      { type: 'Fetching', status: 'False', reason: 'FetchFailed', message },
      artifactCondition(status.artifact),
    ]),
  };
}
