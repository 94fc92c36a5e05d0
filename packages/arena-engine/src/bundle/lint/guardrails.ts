import { WRAPPERS } from '../../checks/wrappers';
import { checkNames, findCheck } from '../../checks/registry';
import { PARAM_ALIASES } from '../../conversation/Guardrails';
import { nearMiss } from '../../text/suggest';
import { JUDGE_CHECKS } from './checkQuirks';
import { innerCheck, lintSpec } from './checks';
import { checkUses } from './checkUses';
import { ValidatorSpec } from '../schemas/promptConfig';
import { below, LintReport, LintRule, Place } from './LintReport';
import { promptPlace } from './places';

const DIRECTIONS = ['input', 'output', 'both'];

/** Guardrails of prompts. */
export const lintGuardrails: LintRule = (content, report) => {
  for (const prompt of content.prompts.values()) {
    const place = promptPlace(content, prompt);
    for (const [index, validator] of (prompt.spec.validators ?? []).entries()) {
      if (validator.enabled === false) continue;
      lintValidator(validator, below(place, 'validators', index), report);
    }
  }
};

function lintValidator(
  validator: ValidatorSpec,
  place: Place,
  report: LintReport,
): void {
  const { type } = validator;
  const canonical = findCheck(type)?.type ?? type;
  if (validator.fail_on_violation !== undefined) {
    report.warn(
      below(place, 'fail_on_violation'),
      'fail_on_violation has no effect: a guardrail replaces the reply, and the run goes on',
      { key: true },
    );
  }
  if (!findCheck(type) && !WRAPPERS.has(type) && !JUDGE_CHECKS.includes(type)) {
    report.error(
      below(place, 'type'),
      `Unknown guardrail "${type}": every turn of the prompt fails`,
      { suggestion: nearMiss(type, checkNames()) },
    );
    return;
  }
  const { direction, ...params } = validator.params ?? {};
  if (direction !== undefined && !DIRECTIONS.includes(String(direction))) {
    report.error(
      below(place, 'params', 'direction'),
      `Invalid direction ${JSON.stringify(
        direction,
      )}: allowed are ${DIRECTIONS.join(', ')}`,
      { suggestion: nearMiss(String(direction), DIRECTIONS) },
    );
  }
  const aliases = PARAM_ALIASES[canonical] ?? {};
  const named = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      aliases[name] ?? name,
      value,
    ]),
  );
  lintSpec({ type, params: named }, place, report);
  if (JUDGE_CHECKS.includes(canonical)) {
    report.warn(
      below(place, 'type'),
      'A guardrail has no judge in the original: it fires at every reply',
    );
  } else if (canonical === 'sentence_count') {
    report.warn(
      below(place, 'type'),
      'In the original this guardrail never fires',
    );
  } else if (params.match_mode === 'word_boundary') {
    report.warn(
      below(place, 'params', 'match_mode'),
      'In the original a reply is judged while it arrives, where words are found inside of other words, too',
      { key: true },
    );
  }
}

/** Checks that wait for a guardrail which the prompt does not have. */
export const lintGuardrailNames: LintRule = (content, report) => {
  for (const { spec, place, scenario, prompt } of checkUses(content)) {
    const { type, params, path } = innerCheck(spec);
    // With a workflow, the prompts of all states have guardrails.
    if (type !== 'guardrail_triggered' || !scenario || content.arena.workflow) {
      continue;
    }
    const field =
      params.validator_type === undefined ? 'validator' : 'validator_type';
    const name = params[field];
    if (typeof name !== 'string') continue;
    const names = (prompt?.spec.validators ?? [])
      .filter(({ enabled }) => enabled !== false)
      .map(validator => validator.type);
    // It also finds an earlier check of the turn by its id.
    if (names.includes(name) || name.startsWith('assertion_')) continue;
    const alias = names.find(
      known => findCheck(known) && findCheck(known) === findCheck(name),
    );
    report.warn(
      below(place, ...path, field),
      `The prompt has no guardrail "${name}" (it has ${
        names.join(', ') || 'none'
      }): names must be written alike`,
      { suggestion: alias ?? nearMiss(name, names) },
    );
  }
};
