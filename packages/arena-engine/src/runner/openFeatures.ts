import { AgentsFeature } from '../a2a/AgentsFeature';
import { BundleContent } from '../bundle/BundleContent';
import { Feature } from '../conversation/SessionFeature';
import { BundleError } from '../Engine';
import { MemoryFeature } from '../memory/MemoryFeature';
import { SecretReader } from '../providers/SecretReader';
import { Quirks } from '../quirks/quirks';
import { skillFilterOf } from '../skills/skillFilter';
import { SkillsFeature } from '../skills/SkillsFeature';
import { ToolBox } from '../tools/ToolBox';

/**
 * Opens what a bundle adds to each of its conversations.
 *
 * @throws BundleError when a remote agent cannot be found.
 */
export async function openFeatures(
  { arena, arenaFile, skills }: BundleContent,
  options: { quirks: Quirks; secrets: SecretReader; toolBox: ToolBox },
): Promise<Feature[]> {
  const features: Feature[] = [];
  if (skills.length > 0) {
    features.push(
      new SkillsFeature({
        skills,
        toolBox: options.toolBox,
        filterOf: state => skillFilterOf(arena.workflow, state),
      }),
    );
  }
  // Anything, even an empty map, switches the memory on.
  if (arena.memory !== undefined && arena.memory !== null) {
    features.push(new MemoryFeature());
  }
  if (arena.a2a_agents?.length) {
    try {
      features.push(await AgentsFeature.open(arena.a2a_agents, options));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new BundleError(message, [
        {
          severity: 'error',
          file: arenaFile,
          field: 'spec.a2a_agents',
          message,
        },
      ]);
    }
  }
  return features;
}
