import { ResolvedTool } from '@backstage-arena/plugin-arena-common';
import {
  RegistryToolSpec,
  registryToolSpecSchema,
} from '../bundle/schemas/tool';
import { PlanError } from '../Engine';

export interface RegistryTool extends Omit<ResolvedTool, 'spec'> {
  spec: RegistryToolSpec;
}

/**
 * The tools that registries bring.
 *
 * @throws PlanError with reason `DuplicateTool` or `InvalidTool`, naming the registries.
 */
export function registryEntries(
  tools: readonly ResolvedTool[],
): RegistryTool[] {
  const byName = new Map<string, RegistryTool>();
  for (const tool of tools) {
    const other = byName.get(tool.name);
    if (other) {
      throw new PlanError(
        'DuplicateTool',
        other.registry === tool.registry
          ? `Tool "${tool.name}" is twice in the registry ${tool.registry}`
          : `Tool "${tool.name}" is in two registries: ${other.registry} and ${tool.registry}`,
      );
    }
    const parsed = registryToolSpecSchema.safeParse(tool.spec);
    if (!parsed.success) {
      const faults = parsed.error.issues.map(
        ({ path, message }) => `${path.map(String).join('.')}: ${message}`,
      );
      throw new PlanError(
        'InvalidTool',
        `Tool "${tool.name}" of the registry ${
          tool.registry
        } cannot be used: ${faults.join('; ')}`,
      );
    }
    byName.set(tool.name, { ...tool, spec: parsed.data });
  }
  return [...byName.values()];
}
