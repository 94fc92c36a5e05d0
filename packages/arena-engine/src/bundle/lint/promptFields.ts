import { lintSpec } from './checks';
import { below, LintRule } from './LintReport';
import { NoEffectTable, reportNoEffect } from './noEffect';
import { promptPlace } from './places';

const NO_EFFECT: NoEffectTable = [
  ['model_overrides', 'the same prompt goes to every model'],
  ['tool_policy', 'set it at the scenario'],
];

/** Fields of prompts that do not do what they say. */
export const lintPromptFields: LintRule = (content, report) => {
  for (const prompt of content.prompts.values()) {
    const place = promptPlace(content, prompt);
    reportNoEffect(report, place, prompt.spec, NO_EFFECT);
    for (const [index, fragment] of (prompt.spec.fragments ?? []).entries()) {
      const at = below(place, 'fragments', index);
      report.warn(
        at,
        fragment.required
          ? `There are no fragments in a run: because "${fragment.name}" is required, the original uses a stock prompt without tools and guardrails, and strict runs fail`
          : `There are no fragments in a run: "${fragment.name}" has no effect`,
      );
    }
    for (const [index, item] of (prompt.spec.evals ?? []).entries()) {
      lintSpec(
        { type: item.type, params: item.params },
        below(place, 'evals', index),
        report,
      );
    }
  }
};
