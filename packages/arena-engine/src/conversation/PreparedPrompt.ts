import { PromptEntry } from '../bundle/BundleContent';
import { PromptConfigSpec } from '../bundle/schemas/promptConfig';
import { Quirks } from '../quirks/quirks';
import { renderTemplate, Variables } from '../templates/placeholders';
import { Tool } from '../tools/Tool';
import { ToolBox } from '../tools/ToolBox';
import { Guardrails } from './Guardrails';

const STOCK_PROMPT = 'You are a helpful assistant.';

/** A prompt with everything compiled that is the same for all conversations. */
export class PreparedPrompt {
  readonly guardrails: Guardrails;
  /** Tools of the bundle that the prompt allows. */
  readonly tools: readonly Tool[];
  /** Values of variables that nobody has to give. */
  readonly defaults: Variables;
  readonly sampling: NonNullable<PromptConfigSpec['parameters']>;
  private readonly template: string;
  /** Items that follow each other mostly have the same values. */
  private last?: { variables: Variables; text: string };

  /** @param entry - absent: the stock prompt, without tools and guardrails */
  constructor(
    readonly entry: PromptEntry | undefined,
    options: { toolBox: ToolBox; quirks: Quirks },
  ) {
    const spec = entry?.spec;
    this.template = spec?.system_template ?? STOCK_PROMPT;
    this.guardrails = new Guardrails(spec?.validators ?? [], options);
    this.tools = options.toolBox.allowed(spec?.allowed_tools ?? []);
    this.sampling = spec?.parameters ?? {};
    this.defaults = Object.fromEntries(
      (spec?.variables ?? []).flatMap(variable =>
        !variable.required && typeof variable.default === 'string'
          ? [[variable.name, variable.default]]
          : [],
      ),
    );
  }

  /** Why the prompt cannot speak with these values, or undefined. */
  missing(given: Variables): string | undefined {
    const values = { ...this.entry?.vars, ...given };
    const variable = (this.entry?.spec.variables ?? []).find(
      ({ required, name }) => required && !values[name],
    );
    if (variable)
      return `the required variable "${variable.name}" has no value`;
    const fragment = (this.entry?.spec.fragments ?? []).find(
      ({ required }) => required,
    );
    return (
      fragment && `the required fragment "${fragment.name}" does not exist`
    );
  }

  /** The system prompt. One that has placeholders without a value stays unrendered as a whole. */
  render(variables: Variables): string {
    if (this.last?.variables === variables) return this.last.text;
    const { text, unresolved } = renderTemplate(this.template, variables);
    const rendered = unresolved.length > 0 ? this.template : text;
    this.last = { variables, text: rendered };
    return rendered;
  }
}

/** The prompts of a bundle, prepared when they are first used. */
export class PreparedPrompts {
  private readonly prepared = new Map<string, PreparedPrompt>();
  /** Speaks where there is no usable prompt. */
  readonly stock: PreparedPrompt;

  constructor(
    private readonly entries: ReadonlyMap<string, PromptEntry>,
    private readonly options: {
      toolBox: ToolBox;
      quirks: Quirks;
      log?: (line: string) => void;
    },
  ) {
    this.stock = new PreparedPrompt(undefined, options);
  }

  find(taskType: string): PreparedPrompt | undefined {
    const known = this.prepared.get(taskType);
    if (known) return known;
    const entry = this.entries.get(taskType);
    if (!entry) return undefined;
    const prompt = new PreparedPrompt(entry, this.options);
    prompt.guardrails.warnings.forEach(warning =>
      this.options.log?.(`warning: prompt "${taskType}": ${warning}`),
    );
    this.prepared.set(taskType, prompt);
    return prompt;
  }
}
