import { z } from 'zod/v4';
import { arenaSchema } from './schemas/arena';
import { evalSchema } from './schemas/eval';
import { personaSchema } from './schemas/persona';
import { promptConfigSchema } from './schemas/promptConfig';
import { providerSchema } from './schemas/provider';
import { scenarioSchema } from './schemas/scenario';
import { toolSchema } from './schemas/tool';

/** A kind of file that a bundle has. @public */
export type ManifestKind =
  | 'Arena'
  | 'Scenario'
  | 'Provider'
  | 'PromptConfig'
  | 'Tool'
  | 'Persona'
  | 'Eval';

/** The schema of each kind of file that a bundle has. */
export const MANIFEST_SCHEMAS = {
  Arena: arenaSchema,
  Scenario: scenarioSchema,
  Provider: providerSchema,
  PromptConfig: promptConfigSchema,
  Tool: toolSchema,
  Persona: personaSchema,
  Eval: evalSchema,
} as const satisfies Record<ManifestKind, z.ZodType>;

/** Every kind of file that a bundle has. @public */
export const MANIFEST_KINDS = Object.keys(MANIFEST_SCHEMAS) as ManifestKind[];

/** Finds a kind by its name, whatever the case. @public */
export function findManifestKind(name: string): ManifestKind | undefined {
  return MANIFEST_KINDS.find(kind => kind.toLowerCase() === name.toLowerCase());
}
