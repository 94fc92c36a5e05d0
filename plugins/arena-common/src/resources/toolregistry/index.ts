import { z } from 'zod/v4';
import { ArenaObject, ArenaObjectInput } from '../meta';
import { toolRegistrySpecSchema } from './spec';
import { TOOL_REGISTRY_PHASES, toolRegistryStatusSchema } from './status';

export {
  TOOL_REGISTRY_PHASES,
  toolRegistrySpecSchema,
  toolRegistryStatusSchema,
};

/** Spec of an admitted ToolRegistry: defaults are filled in. @public */
export type ToolRegistrySpec = z.output<typeof toolRegistrySpecSchema>;
/** Spec of a ToolRegistry as a caller writes it. @public */
export type ToolRegistrySpecInput = z.input<typeof toolRegistrySpecSchema>;
/** @public */
export type ToolRegistryStatus = z.output<typeof toolRegistryStatusSchema>;
/** @public */
export type ToolRegistryPhase = (typeof TOOL_REGISTRY_PHASES)[number];
/** One handler of a registry. @public */
export type ToolHandler = ToolRegistrySpec['handlers'][number];
/** @public */
export type DiscoveredTool = NonNullable<
  ToolRegistryStatus['discoveredTools']
>[number];
/** @public */
export type ToolRegistry = ArenaObject<ToolRegistrySpec, ToolRegistryStatus>;
/** @public */
export type ToolRegistryInput = ArenaObjectInput<ToolRegistrySpecInput>;
