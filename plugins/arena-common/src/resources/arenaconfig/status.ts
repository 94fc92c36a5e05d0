import {
  conditions,
  count,
  group,
  listOf,
  observedGeneration,
  oneOf,
  text,
  timestamp,
} from '../fields';

/** @public */
export const ARENA_CONFIG_PHASES = [
  'Pending',
  'Ready',
  'Invalid',
  'Error',
] as const;

/** @public */
export const arenaConfigStatusSchema = group(
  'What was observed of the configuration.',
  {
    phase: oneOf(ARENA_CONFIG_PHASES, 'State of the configuration.').optional(),
    observedGeneration: observedGeneration().optional(),
    conditions: conditions().optional(),
    resolvedSource: group('The content that was validated.', {
      revision: text('Revision in the words of the source.', { max: 512 }),
      digest: text('Digest of the content.', { max: 71 }).optional(),
      version: text('First 12 digits of the digest.', { max: 12 }).optional(),
      scenarioCount: count('Scenarios that the filter selects.').optional(),
    }).optional(),
    resolvedProviders: listOf(
      text('Name of a Provider, with its namespace when that is another.', {
        max: 317,
      }),
      'Providers that were found.',
    ).optional(),
    lastValidatedAt: timestamp('When it was last validated.').optional(),
  },
);
