import { z } from 'zod/v4';
import { ArenaObject, ArenaObjectInput } from '../meta';
import { PROVIDER_TYPES, providerSpecSchema } from './spec';
import { PROVIDER_PHASES, providerStatusSchema } from './status';

export {
  PROVIDER_PHASES,
  PROVIDER_TYPES,
  providerSpecSchema,
  providerStatusSchema,
};

/** Spec of an admitted Provider: defaults are filled in. @public */
export type ProviderSpec = z.output<typeof providerSpecSchema>;
/** Spec of a Provider as a caller writes it. @public */
export type ProviderSpecInput = z.input<typeof providerSpecSchema>;
/** @public */
export type ProviderStatus = z.output<typeof providerStatusSchema>;
/** @public */
export type ProviderPhase = (typeof PROVIDER_PHASES)[number];
/** @public */
export type Provider = ArenaObject<ProviderSpec, ProviderStatus>;
/** @public */
export type ProviderInput = ArenaObjectInput<ProviderSpecInput>;
