import { AssertionSpec } from '../schemas/common';
import { BundleContent, PromptEntry, ScenarioEntry } from '../BundleContent';
import { below, Place } from './LintReport';
import { arenaPlace, scenarioPlace } from './places';

/** A check where a bundle uses it. */
export interface CheckUse {
  spec: AssertionSpec;
  place: Place;
  level: 'turn' | 'conversation';
  /** Absent for the checks of all scenarios. */
  scenario?: ScenarioEntry;
  /** Prompt of the scenario, when it has one. */
  prompt?: PromptEntry;
}

/** Every check of scenarios and of the arena file. */
export function* checkUses(content: BundleContent): Generator<CheckUse> {
  for (const scenario of content.scenarios) {
    const place = scenarioPlace(content, scenario);
    const prompt = content.prompts.get(scenario.spec.task_type ?? '');
    const { turns, conversation_assertions: conversation } = scenario.spec;
    for (const [turn, { assertions }] of (turns ?? []).entries()) {
      for (const [index, spec] of (assertions ?? []).entries()) {
        yield {
          spec,
          place: below(place, 'turns', turn, 'assertions', index),
          level: 'turn',
          scenario,
          prompt,
        };
      }
    }
    for (const [index, spec] of (conversation ?? []).entries()) {
      yield {
        spec,
        place: below(place, 'conversation_assertions', index),
        level: 'conversation',
        scenario,
        prompt,
      };
    }
  }
  for (const [index, spec] of content.globalAssertions.entries()) {
    yield {
      spec,
      place: below(
        arenaPlace(content),
        'globals',
        'conversation_assertions',
        index,
      ),
      level: 'conversation',
    };
  }
}
