import { Quirks } from '../quirks/quirks';
import { Variables } from '../templates/placeholders';
import { Tool, ToolCallOptions, ToolOutcome } from '../tools/Tool';
import { ToolBox } from '../tools/ToolBox';
import { BundleFault } from './errors';
import { Guardrails } from './Guardrails';
import { PreparedPrompt, PreparedPrompts } from './PreparedPrompt';
import { PreparedScenario } from './PreparedScenario';
import { SessionFeature, WorkflowSession } from './SessionFeature';

/** The system under test as one conversation sets it up: who speaks, what it is told, what it can do. */
export class Agent {
  /** The system prompt of the last call. */
  system = '';
  private prompt: PreparedPrompt;
  private spoken: Variables = {};

  constructor(
    private readonly options: {
      scenario: PreparedScenario;
      region: string;
      prompts: PreparedPrompts;
      toolBox: ToolBox;
      features: readonly SessionFeature[];
      workflow?: WorkflowSession;
      quirks: Quirks;
    },
  ) {
    this.prompt = this.choosePrompt();
    this.speakAs(this.prompt);
  }

  get guardrails(): Guardrails {
    return this.prompt.guardrails;
  }

  get sampling(): PreparedPrompt['sampling'] {
    return this.prompt.sampling;
  }

  /** Values of the placeholders in what the user says. */
  get variables(): Variables {
    return this.spoken;
  }

  /** Tools that the model is told of. */
  get tools(): readonly Tool[] {
    const { features } = this.options;
    if (features.length === 0) return this.prompt.tools;
    const tools = new Map<string, Tool>();
    for (const tool of [
      ...this.prompt.tools,
      ...features.flatMap(feature => feature.tools?.() ?? []),
    ]) {
      // A skill may bring what the prompt allows anyway.
      tools.set(tool.descriptor.name, tool);
    }
    return [...tools.values()];
  }

  /**
   * Lets the prompt of the current state speak, with what the features now say. Where there is no usable prompt, the stock
   * prompt speaks.
   */
  refresh(): void {
    this.speakAs(this.choosePrompt());
  }

  /**
   * Lets the prompt of a state that was just entered speak within the turn.
   *
   * @throws BundleFault when the state has no usable prompt.
   */
  takeOver(): void {
    const { scenario, region, prompts, quirks, workflow } = this.options;
    const taskType = workflow?.promptTask ?? '';
    const prompt = prompts.find(taskType);
    const missing = prompt
      ? prompt.missing(
          quirks.handOffForgetsVariables
            ? workflow?.variables() ?? {}
            : scenario.given(region),
        )
      : 'there is none with this task_type';
    if (!prompt || missing !== undefined) {
      throw new BundleFault(
        `The state "${workflow?.view.current}" cannot take over with the prompt "${taskType}": ${missing}`,
      );
    }
    this.speakAs(prompt);
  }

  /** The tools of the bundle and of features that a list names; a trailing `*` stands for any rest of a name. */
  toolsNamed(names: readonly string[]): readonly Tool[] {
    const { features, toolBox } = this.options;
    const own = features.flatMap(feature => feature.tools?.() ?? []);
    return [
      ...toolBox.allowed(names),
      ...own.filter(({ descriptor }) => names.includes(descriptor.name)),
    ];
  }

  /** Values of the placeholders in a prompt. */
  variablesFor(prompt: PreparedPrompt): Variables {
    const { scenario, region, features } = this.options;
    return features.reduce<Variables>(
      (all, feature) => ({ ...all, ...feature.variables?.() }),
      scenario.variables(prompt, region),
    );
  }

  private speakAs(prompt: PreparedPrompt): void {
    const { scenario, region, features } = this.options;
    this.prompt = prompt;
    this.spoken = scenario.variables(this.prompt, region);
    const suffixes = features.flatMap(feature => {
      const text = feature.systemText?.();
      return text ? [text] : [];
    });
    this.system = [
      this.prompt.render(this.variablesFor(prompt)),
      ...suffixes,
    ].join('\n\n');
  }

  /** Executes a tool of a feature or of the bundle, whether or not the prompt allows it. */
  async call(
    name: string,
    args: Record<string, unknown>,
    options: ToolCallOptions,
  ): Promise<ToolOutcome> {
    for (const feature of this.options.features) {
      const tool = feature
        .tools?.()
        .find(({ descriptor }) => descriptor.name === name);
      if (tool) return tool.call(args, options);
    }
    return this.options.toolBox.call(name, args, options);
  }

  /** @throws BundleFault in strict runs, when no prompt can speak. */
  private choosePrompt(): PreparedPrompt {
    const { scenario, region, prompts, quirks, workflow } = this.options;
    const taskType =
      workflow?.promptTask ?? scenario.entry.spec.task_type ?? '';
    const prompt = prompts.find(taskType);
    const missing = prompt
      ? prompt.missing(scenario.given(region))
      : 'there is none with this task_type';
    if (prompt && missing === undefined) return prompt;
    // A composition speaks with the prompts of its steps.
    const needed = taskType !== '' && !workflow?.composition;
    if (needed && !quirks.stockPromptStepsIn) {
      throw new BundleFault(
        `The prompt "${taskType}" cannot speak: ${missing}`,
      );
    }
    return prompts.stock;
  }
}
