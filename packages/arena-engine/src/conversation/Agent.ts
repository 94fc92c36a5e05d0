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
    this.refresh();
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
    return [
      ...this.prompt.tools,
      ...features.flatMap(feature => feature.tools?.() ?? []),
    ];
  }

  /**
   * Lets the prompt of the current state speak, with what the features now say.
   *
   * @throws BundleFault when the state has no usable prompt.
   */
  refresh(): void {
    const { scenario, region, features } = this.options;
    this.prompt = this.choosePrompt();
    this.spoken = scenario.variables(this.prompt, region);
    const values = features.reduce<Variables>(
      (all, feature) => ({ ...all, ...feature.variables?.() }),
      this.spoken,
    );
    const suffixes = features.flatMap(feature => {
      const text = feature.systemText?.();
      return text ? [text] : [];
    });
    this.system = [this.prompt.render(values), ...suffixes].join('\n\n');
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

  private choosePrompt(): PreparedPrompt {
    const { scenario, prompts, workflow } = this.options;
    const given = scenario.entry.spec.variables ?? {};
    const taskType =
      workflow?.promptTask ?? scenario.entry.spec.task_type ?? '';
    const prompt = prompts.find(taskType);
    if (!prompt) return prompts.stock;
    const missing = prompt.missing(given);
    if (missing === undefined) return prompt;
    if (workflow && workflow.enteredAt >= 0) {
      throw new BundleFault(`Prompt "${taskType}": ${missing}`);
    }
    return prompts.stock;
  }
}
