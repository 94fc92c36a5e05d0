import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  BundleContent,
  PromptEntry,
  ScenarioEntry,
} from '../bundle/BundleContent';
import { TurnSpec } from '../bundle/schemas/scenario';
import { CheckSet } from '../checks/CheckSet';
import { Perturbations, VariantValues } from '../plan/perturbations';
import {
  renderTemplate,
  substituteVariant,
  Variables,
} from '../templates/placeholders';
import { ToolBox } from '../tools/ToolBox';
import { ToolDescriptor } from '../tools/Tool';
import { Guardrails } from './Guardrails';

const STOCK_PROMPT = 'You are a helpful assistant.';
const MAX_QUOTED_INPUT = 150;

export interface PreparedTurn {
  spec: TurnSpec;
  text: string;
  checks: CheckSet;
  /** A media file that the turn names and the bundle does not have. */
  missingFile?: string;
}

/** A scenario with everything compiled that is the same for all its items. */
export class PreparedScenario {
  readonly turns: PreparedTurn[];
  readonly conversationChecks: CheckSet;
  readonly guardrails: Guardrails;
  readonly tools: ToolDescriptor[];
  readonly hasChecks: boolean;
  private readonly prompt?: PromptEntry;
  private readonly perturbations: Perturbations;

  constructor(
    readonly entry: ScenarioEntry,
    content: BundleContent,
    toolBox: ToolBox,
    private readonly options: { compat: boolean },
  ) {
    const { spec } = entry;
    this.prompt = usablePrompt(entry, content);
    this.turns = (spec.turns ?? []).map(turn => ({
      spec: turn,
      text: turnText(turn),
      checks: new CheckSet('turn', turn.assertions ?? [], options),
      missingFile: (turn.parts ?? [])
        .map(part => part.media?.file_path)
        .find(
          file =>
            file !== undefined &&
            !existsSync(path.resolve(content.directory, file)),
        ),
    }));
    this.conversationChecks = new CheckSet(
      'conversation',
      [...(spec.conversation_assertions ?? []), ...content.globalAssertions],
      options,
    );
    this.hasChecks =
      this.conversationChecks.size > 0 ||
      this.turns.some(({ checks }) => checks.size > 0);
    this.guardrails = new Guardrails(
      this.prompt?.spec.validators ?? [],
      options,
    );
    this.tools = toolBox.allowed(this.prompt?.spec.allowed_tools ?? []);
    this.perturbations = new Perturbations(spec.turns ?? []);
  }

  get sampling() {
    return this.prompt?.spec.parameters ?? {};
  }

  /** Values of the placeholders in one region. */
  variables(region: string): Variables {
    const { spec } = this.entry;
    const metadata = spec.context_metadata;
    const firstInput = this.turns.find(turn => turn.text !== '')?.text ?? '';
    return {
      domain: metadata?.domain ?? '',
      user_context: '',
      user_role: metadata?.user_role ?? '',
      context_slot: contextSlot(spec.description, firstInput),
      ...promptDefaults(this.prompt),
      region,
      ...this.prompt?.vars,
      ...spec.variables,
    };
  }

  /** The system prompt. One that has placeholders without a value stays unrendered as a whole. */
  systemPrompt(variables: Variables): string {
    const template = this.prompt?.spec.system_template ?? STOCK_PROMPT;
    const { text, unresolved } = renderTemplate(template, variables);
    return unresolved.length > 0 ? template : text;
  }

  /** The values of a variant; undefined when there is nothing to replace. */
  variantValues(variant: number): VariantValues | undefined {
    if (this.perturbations.isEmpty) return undefined;
    // A lone value is not a variant in the original, and its key stays in the text.
    if (this.options.compat && this.perturbations.count === 1) return undefined;
    return this.perturbations.values(variant);
  }

  userText(turn: PreparedTurn, variant: VariantValues | undefined): string {
    return variant ? substituteVariant(turn.text, variant) : turn.text;
  }
}

/** The scenario's prompt, unless something that it needs is missing. */
function usablePrompt(
  entry: ScenarioEntry,
  content: BundleContent,
): PromptEntry | undefined {
  const prompt = content.prompts.get(entry.spec.task_type ?? '');
  if (!prompt) return undefined;
  const given = { ...prompt.vars, ...entry.spec.variables };
  const missing = (prompt.spec.variables ?? []).some(
    ({ required, name }) => required && !given[name],
  );
  const fragment = (prompt.spec.fragments ?? []).some(
    ({ required }) => required,
  );
  return missing || fragment ? undefined : prompt;
}

function promptDefaults(
  prompt: PromptEntry | undefined,
): Record<string, string> {
  return Object.fromEntries(
    (prompt?.spec.variables ?? []).flatMap(variable =>
      !variable.required && typeof variable.default === 'string'
        ? [[variable.name, variable.default]]
        : [],
    ),
  );
}

function turnText(turn: TurnSpec): string {
  if (!turn.parts?.length) return turn.content ?? '';
  return turn.parts
    .flatMap(part => (part.type === 'text' && part.text ? [part.text] : []))
    .join('\n');
}

function contextSlot(description: string, firstInput: string): string {
  if (firstInput === '') return description;
  const quoted =
    firstInput.length > MAX_QUOTED_INPUT
      ? `${firstInput.slice(0, MAX_QUOTED_INPUT)}...`
      : firstInput;
  return `${description} (the user begins with: "${quoted}")`;
}
