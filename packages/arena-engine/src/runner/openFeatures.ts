import { AgentsFeature } from '../a2a/AgentsFeature';
import { BundleContent } from '../bundle/BundleContent';
import { Feature } from '../conversation/SessionFeature';
import { MemoryFeature } from '../memory/MemoryFeature';
import { SecretReader } from '../providers/SecretReader';
import { Quirks } from '../quirks/quirks';
import { skillFilterOf } from '../skills/skillFilter';
import { SkillsFeature } from '../skills/SkillsFeature';
import { ToolBox } from '../tools/ToolBox';

/** Opens what a bundle adds to each of its conversations. */
export function openFeatures(
  { arena, skills }: BundleContent,
  options: { quirks: Quirks; secrets: SecretReader; toolBox: ToolBox },
): Feature[] {
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
    features.push(new AgentsFeature(arena.a2a_agents, options));
  }
  return features;
}
