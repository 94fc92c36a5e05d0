import {
  conditions,
  group,
  observedGeneration,
  oneOf,
  timestamp,
} from '../fields';

/** @public */
export const PROVIDER_PHASES = ['Ready', 'Error', 'Unavailable'] as const;

/** @public */
export const providerStatusSchema = group(
  'What was observed of the provider.',
  {
    phase: oneOf(PROVIDER_PHASES, 'State of the provider.').optional(),
    observedGeneration: observedGeneration().optional(),
    conditions: conditions().optional(),
    lastValidatedAt: timestamp('When it was last checked.').optional(),
  },
);
