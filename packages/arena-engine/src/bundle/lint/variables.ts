import { nearMiss } from '../../text/suggest';
import { BundleContent, PromptEntry, ScenarioEntry } from '../BundleContent';
import { below, LintReport, LintRule, Place } from './LintReport';
import { promptPlace, scenarioPlace } from './places';

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

/** Names that have a value in every conversation. */
const ALWAYS_GIVEN = [
  'region',
  'domain',
  'user_context',
  'user_role',
  'context_slot',
];
/** Names that workflows give values to. */
const FROM_WORKFLOW = /^(artifacts\..+|workflow_context)$/;

/** Placeholders, and the values that scenarios give them. */
export const lintVariables: LintRule = (content, report) => {
  for (const prompt of content.prompts.values()) {
    lintTemplate(content, prompt, report);
  }
  for (const scenario of content.scenarios) {
    lintScenario(content, scenario, report);
  }
};

function lintTemplate(
  content: BundleContent,
  prompt: PromptEntry,
  report: LintReport,
): void {
  const at = below(promptPlace(content, prompt), 'system_template');
  for (const name of valueless(prompt, {})) {
    if (!isGivenNowhere(content, prompt, name)) continue;
    report.warn(
      at,
      `Nothing gives {{${name}}} a value: the whole template stays as it is, other placeholders included`,
      {
        suggestion: nearMiss(
          name,
          (prompt.spec.variables ?? []).map(v => v.name),
        ),
      },
    );
  }
  for (const placeholder of oddPlaceholders(prompt.spec.system_template)) {
    report.warn(
      at,
      `${placeholder} is no placeholder: they are written as {{name}}. The whole template stays as it is, other placeholders included`,
      suggestionFor(placeholder),
    );
  }
}

function lintScenario(
  content: BundleContent,
  scenario: ScenarioEntry,
  report: LintReport,
): void {
  const { spec } = scenario;
  const place = scenarioPlace(content, scenario);
  const prompt = content.prompts.get(spec.task_type ?? '');
  const given = new Set([
    ...Object.keys(prompt?.vars ?? {}),
    ...Object.keys(spec.variables ?? {}),
  ]);
  if (prompt) lintPromptValues(content, scenario, prompt, report);

  const known = new Set([
    ...ALWAYS_GIVEN,
    ...given,
    ...(prompt ? defaultsOf(prompt) : []),
  ]);
  for (const { text, at } of userTexts(scenario, place)) {
    for (const placeholder of oddPlaceholders(text)) {
      report.warn(
        at,
        `${placeholder} is no placeholder and stays in the text: they are written as {{name}}`,
        suggestionFor(placeholder),
      );
    }
    for (const name of namesIn(text)) {
      if (known.has(name)) continue;
      report.warn(at, `{{${name}}} has no value and stays in the text`, {
        suggestion: nearMiss(name, [...known]),
      });
    }
  }
  lintUnusedVariables(content, scenario, report);
}

function lintPromptValues(
  content: BundleContent,
  scenario: ScenarioEntry,
  prompt: PromptEntry,
  report: LintReport,
): void {
  const { spec } = scenario;
  const place = scenarioPlace(content, scenario);
  const values: Record<string, string> = { ...prompt.vars, ...spec.variables };
  const missing = (prompt.spec.variables ?? []).filter(
    ({ required, name }) => required && !values[name],
  );
  for (const { name } of missing) {
    report.warn(
      below(place, spec.variables ? 'variables' : 'task_type'),
      `The prompt "${prompt.spec.task_type}" requires the variable "${name}", which has no value here: the original uses a stock prompt without tools and guardrails, and strict runs fail`,
      { suggestion: nearMiss(name, Object.keys(spec.variables ?? {})) },
    );
  }
  for (const name of valueless(prompt, spec)) {
    if (isGivenNowhere(content, prompt, name)) continue;
    report.warn(
      below(place, spec.variables ? 'variables' : 'task_type'),
      `{{${name}}} of the prompt "${prompt.spec.task_type}" has no value here: the whole template stays as it is`,
      { suggestion: nearMiss(name, Object.keys(values)) },
    );
  }
}

/** Placeholders of a prompt that neither it nor the scenario gives a value to. */
function valueless(
  prompt: PromptEntry,
  spec: Pick<ScenarioEntry['spec'], 'variables'>,
): string[] {
  const values: Record<string, string> = { ...prompt.vars, ...spec.variables };
  const known = new Set([
    ...ALWAYS_GIVEN,
    ...Object.keys(values),
    ...(prompt.spec.variables ?? []).flatMap(variable =>
      variable.required ? [variable.name] : [],
    ),
    ...defaultsOf(prompt),
  ]);
  const texts = [prompt.spec.system_template, ...Object.values(values)];
  return [...new Set(texts.flatMap(namesIn))].filter(
    name => !known.has(name) && !FROM_WORKFLOW.test(name),
  );
}

function isGivenNowhere(
  content: BundleContent,
  prompt: PromptEntry,
  name: string,
): boolean {
  return (
    valueless(prompt, {}).includes(name) &&
    !content.scenarios.some(
      ({ spec }) => spec.variables && Object.hasOwn(spec.variables, name),
    )
  );
}

/** A value that nothing asks for is likely a misspelt one. */
function lintUnusedVariables(
  content: BundleContent,
  scenario: ScenarioEntry,
  report: LintReport,
): void {
  const { spec } = scenario;
  // With a workflow, the prompt of any state may ask.
  if (content.arena.workflow) return;
  const prompt = content.prompts.get(spec.task_type ?? '');
  const place = scenarioPlace(content, scenario);
  const declared = (prompt?.spec.variables ?? []).map(({ name }) => name);
  const asked = new Set([
    ...declared,
    ...ALWAYS_GIVEN,
    ...[
      prompt?.spec.system_template ?? '',
      ...Object.values(prompt?.vars ?? {}),
      ...Object.values(spec.variables ?? {}),
      ...userTexts(scenario, place).map(({ text }) => text),
    ].flatMap(namesIn),
  ]);
  for (const name of Object.keys(spec.variables ?? {})) {
    if (asked.has(name)) continue;
    report.warn(
      below(place, 'variables', name),
      `Nothing asks for the variable "${name}"`,
      { key: true, suggestion: nearMiss(name, declared) },
    );
  }
}

function userTexts(
  { spec }: ScenarioEntry,
  place: Place,
): Array<{ text: string; at: Place }> {
  return (spec.turns ?? []).flatMap((turn, index) => {
    const at = below(place, 'turns', index);
    if (!turn.parts?.length) {
      return [{ text: turn.content ?? '', at: below(at, 'content') }];
    }
    return turn.parts.map((part, position) => ({
      text: part.text ?? '',
      at: below(at, 'parts', position, 'text'),
    }));
  });
}

function defaultsOf(prompt: PromptEntry): string[] {
  return (prompt.spec.variables ?? []).flatMap(variable =>
    !variable.required && typeof variable.default === 'string'
      ? [variable.name]
      : [],
  );
}

function namesIn(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)]
    .map(([, name]) => name)
    .filter(name => /^\S+$/.test(name));
}

function oddPlaceholders(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)]
    .filter(([, name]) => !/^\S+$/.test(name))
    .map(([whole]) => whole);
}

function suggestionFor(placeholder: string): { suggestion?: string } {
  const name = placeholder.slice(2, -2).trim();
  return /^[\w.-]+$/.test(name) ? { suggestion: `{{${name}}}` } : {};
}
