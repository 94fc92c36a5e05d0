import { nearMiss } from '../../text/suggest';
import { BundleContent, ScenarioEntry } from '../BundleContent';
import { TurnSpec } from '../schemas/scenario';
import { below, LintReport, LintRule, Place } from './LintReport';
import { NoEffectTable, reportNoEffect } from './noEffect';
import { scenarioPlace } from './places';

/** The field is required all the same. */
const NOT_ENFORCED =
  'compatible runs are not held to it, strict ones are (0 sets no limit)';

const NO_EFFECT: NoEffectTable = [
  ['mode', 'nothing reads it'],
  ['constraints', 'nothing reads it'],
  ['context', 'a run does not use it'],
  ['tool_policy.max_tool_calls_per_turn', NOT_ENFORCED],
  ['tool_policy.max_total_tool_calls', NOT_ENFORCED],
];

const TURN_NO_EFFECT: NoEffectTable = [
  ['assistant_temp', 'set the temperature at the prompt or the provider'],
  ['user_temp', 'set the temperature at the persona'],
  ['seed', 'set it in the defaults of the arena file'],
];

const STRATEGIES = ['oldest', 'summarize', 'relevance', 'fail'];

/** Fields of scenarios that do not do what they say. */
export const lintScenarioFields: LintRule = (content, report) => {
  for (const scenario of content.scenarios) {
    const place = scenarioPlace(content, scenario);
    const { spec } = scenario;
    reportNoEffect(report, place, spec, NO_EFFECT);
    if (spec.id !== undefined && spec.id !== scenario.id) {
      report.warn(
        below(place, 'id'),
        `spec.id "${spec.id}" has no effect: the name is "${scenario.id}"`,
      );
    }
    lintContextPolicy(scenario, report, place);
    for (const [index, turn] of (spec.turns ?? []).entries()) {
      const at = below(place, 'turns', index);
      reportNoEffect(report, at, turn, TURN_NO_EFFECT);
      if (turn.streaming !== undefined && !spec.streaming) {
        report.warn(
          below(at, 'streaming'),
          'streaming of a turn has no effect: the scenario itself does not stream',
        );
      }
    }
    lintPerturbations(scenario, report, place);
  }
};

/** What turns need from the rest of the bundle. */
export const lintTurns: LintRule = (content, report) => {
  const roles = (content.arena.self_play?.roles ?? []).map(({ id }) => id);
  for (const scenario of content.scenarios) {
    const place = scenarioPlace(content, scenario);
    for (const [index, turn] of (scenario.spec.turns ?? []).entries()) {
      const at = below(place, 'turns', index);
      lintRole(turn, roles, report, at);
      lintInjections(content, scenario, turn, report, at);
    }
  }
};

function lintContextPolicy(
  { spec }: ScenarioEntry,
  report: LintReport,
  place: Place,
): void {
  const policy = spec.context_policy;
  if (!policy) return;
  const at = below(place, 'context_policy');
  const { strategy } = policy;
  if (strategy !== undefined && !STRATEGIES.includes(strategy)) {
    report.warn(
      below(at, 'strategy'),
      `"${strategy}" counts as oldest: known are ${STRATEGIES.join(', ')}`,
      { suggestion: nearMiss(strategy, STRATEGIES) },
    );
  }
  if (strategy === 'fail') {
    report.warn(
      below(at, 'strategy'),
      'fail never fails in the original: it drops all messages, the current one included',
    );
  }
  if (strategy === 'summarize') {
    report.warn(
      below(at, 'strategy'),
      'summarize counts as oldest in the original: nothing summarises there',
    );
  }
  if (!policy.token_budget) {
    report.warn(at, 'Without token_budget the policy has no effect');
  }
}

function lintRole(
  turn: TurnSpec,
  roles: readonly string[],
  report: LintReport,
  at: Place,
): void {
  if (turn.role !== 'user' && !roles.includes(turn.role)) {
    const known = ['user', ...roles];
    report.error(
      below(at, 'role'),
      `Unsupported role "${turn.role}": allowed are ${known.join(', ')}`,
      { suggestion: nearMiss(turn.role, known) },
    );
  }
  if (turn.role !== 'user') return;
  for (const field of ['persona', 'turns', 'max_turns'] as const) {
    if (turn[field] !== undefined) {
      report.warn(
        below(at, field),
        `${field} has no effect: only turns of a self-play role have one`,
        { key: true },
      );
    }
  }
  if (turn.content !== undefined && turn.parts?.length) {
    report.warn(
      below(at, 'content'),
      'content has no effect: parts take its place',
      { key: true },
    );
  }
}

function lintInjections(
  content: BundleContent,
  scenario: ScenarioEntry,
  turn: TurnSpec,
  report: LintReport,
  at: Place,
): void {
  const prompt = content.prompts.get(scenario.spec.task_type ?? '');
  const injects = [
    ...(turn.consent_overrides ? ['consent_overrides'] : []),
    ...(turn.chaos ? ['chaos'] : []),
  ];
  const streams = scenario.spec.streaming && turn.streaming !== false;
  if (!streams || prompt?.spec.validators?.length) return;
  for (const field of injects) {
    report.warn(
      below(at, field),
      `${field} has no effect in the original: the turn streams, and the prompt has no guardrails`,
      { key: true },
    );
  }
}

function lintPerturbations(
  { spec }: ScenarioEntry,
  report: LintReport,
  place: Place,
): void {
  const turns = spec.turns ?? [];
  const text = turns
    .flatMap(turn => [
      turn.content ?? '',
      ...(turn.parts ?? []).map(part => part.text ?? ''),
    ])
    .join('\n');
  const values = new Map<string, Set<string>>();
  const firstOf = new Map<string, Place>();
  for (const [index, turn] of turns.entries()) {
    for (const [key, list] of Object.entries(turn.perturbations ?? {})) {
      const at = below(place, 'turns', index, 'perturbations', key);
      if (!firstOf.has(key)) firstOf.set(key, at);
      const known = values.get(key) ?? new Set();
      list.forEach(value => known.add(String(value)));
      values.set(key, known);
    }
  }
  const variants = [...values.values()].reduce((n, set) => n * set.size, 1);
  for (const [key, at] of firstOf) {
    if (!text.includes(`{${key}}`)) {
      report.warn(at, `No turn says {${key}}: the values change nothing`, {
        key: true,
      });
    } else if (variants === 1) {
      report.warn(
        at,
        `A single variant is not substituted by the original: {${key}} stays in the text`,
        { key: true },
      );
    }
  }
}
