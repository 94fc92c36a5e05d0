import { PersonaEntry } from '../bundle/BundleContent';
import { PersonaSpec } from '../bundle/schemas/persona';
import { BundleFault } from '../conversation/errors';
import { renderTemplate, Variables } from '../templates/placeholders';

/** By this a persona says that it has what it wanted. */
export const COMPLETION_MARKER = '[CONVERSATION_COMPLETE]';

const NATURAL_END = [
  'When your goals are reached, or going on makes no sense, finish your message with',
  `${COMPLETION_MARKER} on its own. Do not write it before.`,
].join(' ');

/** For a persona that has no words of its own. */
const DEFAULT_TEMPLATE = [
  'You play the user in a conversation with an assistant. {{persona_description}}',
  'Your goals: {{persona_goals}}. Your constraints: {{persona_constraints}}.',
  'How much you say: {{verbosity}}. How demanding you are: {{challenge_level}}. What makes you difficult: {{friction_tags}}.',
  'Write only the next message of the user.',
].join('\n');

/**
 * What the provider that plays a persona is told.
 *
 * @param natural - the persona may end the conversation
 * @throws BundleFault when the persona cannot speak.
 */
export function personaPrompt(
  { id, spec }: PersonaEntry,
  options: { variables: Variables; natural: boolean },
): string {
  if (spec.prompt_activity) {
    throw new BundleFault(
      `Persona "${id}": prompt_activity is not supported: use system_template`,
    );
  }
  const values = {
    ...automaticVariables(id, spec),
    ...namedValues(spec.optional_vars),
    ...namedValues(spec.required_vars),
    ...options.variables,
  };
  const missing = names(spec.required_vars).find(
    name => !Object.hasOwn(values, name) || values[name] === '',
  );
  if (missing !== undefined) {
    throw new BundleFault(
      `Persona "${id}": the required variable "${missing}" has no value`,
    );
  }
  const template =
    spec.system_template || spec.system_prompt || DEFAULT_TEMPLATE;
  const { text, unresolved } = renderTemplate(template, values);
  // As with prompts: one that has placeholders without a value stays unrendered.
  const prompt = unresolved.length > 0 ? template : text;
  return options.natural ? `${prompt}\n\n${NATURAL_END}` : prompt;
}

function automaticVariables(
  id: string,
  { description, goals, constraints, style }: PersonaSpec,
): Record<string, string> {
  return {
    persona_description: description ?? '',
    persona_goals: (goals ?? []).join(', '),
    persona_constraints: (constraints ?? []).join(', '),
    verbosity: style?.verbosity ?? 'medium',
    challenge_level: style?.challenge_level ?? 'medium',
    friction_tags: style?.friction_tags?.join(', ') || 'none',
    region: /_(uk|au|us)$/.exec(id)?.[1] ?? 'us',
    context_slot: '',
    domain_hint: 'general',
    user_context: 'user',
  };
}

function names(variables: PersonaSpec['required_vars']): string[] {
  if (!variables) return [];
  return Array.isArray(variables) ? variables : Object.keys(variables);
}

function namedValues(variables: PersonaSpec['required_vars']): Variables {
  return variables && !Array.isArray(variables) ? variables : {};
}
