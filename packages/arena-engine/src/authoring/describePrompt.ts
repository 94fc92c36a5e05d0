import { readBundle } from '../bundle/readBundle';
import { BundleContent, ScenarioEntry } from '../bundle/BundleContent';
import { Agent } from '../conversation/Agent';
import { BundleFault } from '../conversation/errors';
import { PreparedPrompt } from '../conversation/PreparedPrompt';
import { PreparedScenario } from '../conversation/PreparedScenario';
import { Session } from '../conversation/SessionFeature';
import { LoadBundleOptions, PlanError } from '../Engine';
import {
  findCandidates,
  providersOf,
  unknownProvider,
} from '../plan/candidates';
import { selectScenarios } from '../plan/selectScenarios';
import { STRICT } from '../quirks/quirks';
import { openRunKit } from '../runner/RunKit';
import { renderTemplate, Variables } from '../templates/placeholders';
import { nearMiss } from '../text/suggest';
import { describeVariables, PromptVariable } from './describeVariables';

/** @public */
export interface DescribePromptOptions extends LoadBundleOptions {
  /** Exactly one of scenario and task type. */
  scenarioId?: string;
  taskType?: string;
  /** Default `default`. */
  region?: string;
  providerId?: string;
}

/** What a model is told and given at the beginning of a conversation. @public */
export interface PromptDescription {
  scenario?: string;
  taskType: string;
  /** Path within the bundle; absent for a stock prompt and for one that stands in the arena file. */
  file?: string;
  /** Why a stock prompt, without tools and guardrails, takes the prompt's place. */
  stockReason?: string;
  /** The whole system prompt. */
  system: string;
  /** Placeholders without a value: because of them the template stays as it is. */
  unresolved: string[];
  variables: PromptVariable[];
  tools: Array<{
    name: string;
    description: string;
    inputSchema: unknown;
  }>;
  guardrails: Array<{
    type: string;
    direction: string;
    enabled: boolean;
    params: Record<string, unknown>;
    message?: string;
  }>;
  /** Parameters of the model that the prompt sets. */
  parameters: Record<string, number>;
  /** State of the workflow that speaks first. */
  state?: string;
  provider?: {
    id: string;
    type: string;
    model?: string;
    /** Whether the scenario runs on it. */
    selected: boolean;
  };
  /** Tools of these MCP servers are only known in a run. */
  mcpServers: string[];
}

/**
 * Assembles the prompt as a run would, without calling anything.
 *
 * @throws BundleError for a bundle that cannot be loaded, PlanError for names that do not exist, and for a prompt that cannot speak.
 * @public
 */
export async function describePrompt(
  directory: string,
  options: DescribePromptOptions,
): Promise<PromptDescription> {
  const content = await readBundle(directory, options);
  const entry = findScenario(content, options);
  const compat = options.compat ?? false;
  const kit = await openRunKit(content, { compat, secret: () => undefined });
  try {
    const scenario = new PreparedScenario(entry, {
      quirks: kit.quirks,
      directory: content.directory,
      globalAssertions: content.globalAssertions,
    });
    const session: Session = {
      conversationId: 'prompt',
      scenario: entry,
      quirks: kit.quirks,
      turn: 0,
      exchange: 0,
      streaming: entry.spec.streaming ?? false,
      toolCalls: 0,
    };
    const workflow = kit.openWorkflow?.(session);
    const inside = { ...session, workflow };
    const features = [
      ...(workflow ? [workflow] : []),
      ...kit.features.map(feature => feature.open(inside)),
    ];
    const region = options.region ?? 'default';
    const agent = openAgent({
      scenario,
      region,
      prompts: kit.prompts,
      toolBox: kit.toolBox,
      features,
      workflow,
      quirks: kit.quirks,
    });
    const taskType = workflow?.promptTask ?? entry.spec.task_type ?? '';
    const found = kit.prompts.find(taskType);
    const stockReason = reasonForStock(found, scenario.given(region), taskType);
    const prompt =
      stockReason === undefined && found ? found : kit.prompts.stock;
    const values = agent.variablesFor(prompt);
    return {
      ...(options.scenarioId === undefined ? {} : { scenario: entry.id }),
      taskType,
      ...(prompt.entry?.file ? { file: prompt.entry.file } : {}),
      ...(stockReason === undefined ? {} : { stockReason }),
      system: agent.system,
      unresolved: unresolvedOf(prompt, values),
      variables: describeVariables(values, {
        fromFeatures: features.map(feature => feature.variables?.() ?? {}),
        prompt,
        scenario: entry,
      }),
      tools: agent.tools.map(({ descriptor }) => ({
        name: descriptor.name,
        description: descriptor.description,
        inputSchema: descriptor.inputSchema,
      })),
      guardrails: (prompt.entry?.spec.validators ?? []).map(validator => ({
        type: validator.type,
        direction: String(validator.params?.direction ?? 'output'),
        enabled: validator.enabled !== false,
        params: validator.params ?? {},
        ...(validator.message === undefined
          ? {}
          : { message: validator.message }),
      })),
      parameters: { ...prompt.sampling },
      ...(workflow ? { state: workflow.view.current } : {}),
      ...describeProvider(content, entry, options),
      mcpServers: (content.arena.mcp_servers ?? []).map(({ name }) => name),
    };
  } finally {
    await kit.close();
  }
}

/** @throws PlanError when no prompt can speak, which ends strict runs. */
function openAgent(options: ConstructorParameters<typeof Agent>[0]): Agent {
  try {
    return new Agent(options);
  } catch (error) {
    if (!(error instanceof BundleFault)) throw error;
    throw new PlanError('UnusablePrompt', error.message);
  }
}

function findScenario(
  content: BundleContent,
  { scenarioId, taskType }: DescribePromptOptions,
): ScenarioEntry {
  if (scenarioId !== undefined) {
    const [entry] = selectScenarios(content.scenarios, {
      scenarioIds: [scenarioId],
    });
    return entry;
  }
  const known = [...content.prompts.keys()];
  if (taskType === undefined || !known.includes(taskType)) {
    const guess =
      taskType === undefined ? undefined : nearMiss(taskType, known);
    throw new PlanError(
      'UnknownTaskType',
      `No prompt has the task_type "${taskType ?? ''}".${
        guess ? ` Did you mean "${guess}"?` : ''
      } The bundle has ${known.join(', ') || 'none'}`,
    );
  }
  return {
    id: '',
    spec: { task_type: taskType, description: '' },
    labels: {},
    key: '',
  };
}

function reasonForStock(
  prompt: PreparedPrompt | undefined,
  given: Variables,
  taskType: string,
): string | undefined {
  if (!prompt) return `no prompt has the task_type "${taskType}"`;
  return prompt.missing(given);
}

function unresolvedOf(
  prompt: PreparedPrompt,
  values: Readonly<Record<string, string>>,
): string[] {
  const template = prompt.entry?.spec.system_template ?? '';
  return [...new Set(renderTemplate(template, values).unresolved)];
}

function describeProvider(
  content: BundleContent,
  entry: ScenarioEntry,
  { providerId }: DescribePromptOptions,
): Pick<PromptDescription, 'provider'> {
  if (providerId === undefined) return {};
  const candidates = findCandidates(content, {}, STRICT);
  const found = candidates.providers.find(({ id }) => id === providerId);
  if (!found) {
    throw unknownProvider(
      providerId,
      candidates.providers.map(({ id }) => id),
    );
  }
  return {
    provider: {
      id: found.id,
      type: found.spec.type,
      ...(found.spec.model === undefined ? {} : { model: found.spec.model }),
      selected: providersOf(entry, candidates).some(
        candidate =>
          typeof candidate !== 'string' && candidate.id === providerId,
      ),
    },
  };
}
