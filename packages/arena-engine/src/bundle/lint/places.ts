import {
  BundleContent,
  EvalEntry,
  PersonaEntry,
  PromptEntry,
  ProviderEntry,
  ScenarioEntry,
  ToolEntry,
} from '../BundleContent';
import { Place } from './LintReport';

/** Where the spec of an entry stands: in a file of its own, or inline in the arena file. */
function placeOf(
  content: BundleContent,
  entry: { file?: string },
  inline: string,
  id: string,
): Place {
  return entry.file === undefined
    ? { file: content.arenaFile, path: ['spec', inline, id] }
    : { file: entry.file, path: ['spec'] };
}

export function arenaPlace(content: BundleContent): Place {
  return { file: content.arenaFile, path: ['spec'] };
}

export function scenarioPlace(
  content: BundleContent,
  entry: ScenarioEntry,
): Place {
  return placeOf(content, entry, 'scenario_specs', entry.id);
}

export function providerPlace(
  content: BundleContent,
  entry: ProviderEntry,
): Place {
  return placeOf(content, entry, 'provider_specs', entry.id);
}

export function toolPlace(content: BundleContent, entry: ToolEntry): Place {
  return placeOf(content, entry, 'tool_specs', entry.name);
}

export function evalPlace(content: BundleContent, entry: EvalEntry): Place {
  return placeOf(content, entry, 'eval_specs', entry.id);
}

export function personaPlace(
  content: BundleContent,
  entry: PersonaEntry,
): Place {
  return entry.file === undefined
    ? {
        file: content.arenaFile,
        path: ['spec', 'self_play', 'persona_specs', entry.id],
      }
    : { file: entry.file, path: ['spec'] };
}

export function promptPlace(content: BundleContent, entry: PromptEntry): Place {
  const inline = Object.entries(content.arena.prompt_specs ?? {}).find(
    ([, spec]) => spec === entry.spec,
  );
  return placeOf(content, entry, 'prompt_specs', inline?.[0] ?? '');
}
