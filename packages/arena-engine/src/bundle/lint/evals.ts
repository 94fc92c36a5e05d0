import { lintSpec } from './checks';
import { below, LintRule } from './LintReport';
import { evalPlace } from './places';

/** Evaluations of saved conversations. */
export const lintEvals: LintRule = (content, report) => {
  for (const item of content.evals) {
    const place = evalPlace(content, item);
    const { spec } = item;
    if (spec.id !== undefined && spec.id !== item.id) {
      report.warn(
        below(place, 'id'),
        `spec.id "${spec.id}" has no effect: the name is "${item.id}"`,
      );
    }
    for (const [index, turn] of (spec.turns ?? []).entries()) {
      const at = below(place, 'turns', index, 'all_turns', 'assertions');
      const assertions = turn.all_turns?.assertions ?? [];
      if (assertions.length > 0) {
        report.warn(
          at,
          'In the original, checks of all_turns look at the last reply alone and never fail the evaluation: write conversation_assertions',
        );
      }
      for (const [position, check] of assertions.entries()) {
        lintSpec(check, below(at, position), report);
      }
    }
    for (const [index, check] of (
      spec.conversation_assertions ?? []
    ).entries()) {
      lintSpec(check, below(place, 'conversation_assertions', index), report);
    }
    if (spec.speed !== undefined && spec.mode !== 'accelerated') {
      report.warn(
        below(place, 'speed'),
        'speed has no effect: the mode is not accelerated',
        { key: true },
      );
    }
  }
};
