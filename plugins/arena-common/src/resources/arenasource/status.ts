import {
  conditions,
  count,
  group,
  int64,
  observedGeneration,
  oneOf,
  text,
  timestamp,
} from '../fields';

/** @public */
export const ARENA_SOURCE_PHASES = [
  'Pending',
  'Initializing',
  'Ready',
  'Fetching',
  'Error',
] as const;

/** @public */
export const arenaSourceStatusSchema = group(
  'What was observed of the source.',
  {
    phase: oneOf(
      ARENA_SOURCE_PHASES,
      'State of the source. Initializing: the first fetch. Fetching: the content of before is still usable.',
    ).optional(),
    observedGeneration: observedGeneration().optional(),
    conditions: conditions().optional(),
    artifact: group('The content that new runs are pinned to.', {
      revision: text('Revision in the words of the source.', { max: 512 }),
      digest: text('Digest of the content.', {
        max: 71,
        pattern: /^sha256:[0-9a-f]{64}$/,
      }),
      version: text('First 12 digits of the digest.', { max: 12 }).optional(),
      size: int64('Size of the packed content in bytes.').optional(),
      lastUpdateTime: timestamp('When the content last changed.').optional(),
    }).optional(),
    lastFetchTime: timestamp('When the last fetch ended.').optional(),
    nextFetchTime: timestamp('When the next fetch is due.').optional(),
    lastSyncRevision: text('Revision of the last successful fetch.', {
      max: 512,
    }).optional(),
    lastHandledReconcileAt: text(
      'Value of the annotation omnia.altairalabs.ai/reconcile-at that the last fetch answered.',
      { max: 256 },
    ).optional(),
    headVersion: text('Version of the latest content.', {
      max: 64,
    }).optional(),
    versionCount: count('How many versions are kept.').optional(),
  },
);
