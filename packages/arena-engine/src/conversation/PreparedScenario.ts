import { AssertionSpec } from '../bundle/schemas/common';
import { ScenarioEntry } from '../bundle/BundleContent';
import { TurnSpec } from '../bundle/schemas/scenario';
import { CheckSet } from '../checks/CheckSet';
import { loadPart } from '../media/loadPart';
import { Perturbations, VariantValues } from '../plan/perturbations';
import { Quirks } from '../quirks/quirks';
import { substituteVariant, Variables } from '../templates/placeholders';
import { MessagePart } from './messages';
import { PreparedPrompt } from './PreparedPrompt';

const MAX_QUOTED_INPUT = 150;

/** A turn with its checks compiled. */
export class PreparedTurn {
  readonly text: string;
  readonly checks: CheckSet;
  private parts?: Promise<MessagePart[] | undefined>;

  constructor(
    readonly spec: TurnSpec,
    private readonly options: {
      quirks: Quirks;
      directory: string;
      /** Folder that media are named from; default: the bundle's. */
      mediaBase?: string;
    },
  ) {
    this.text = turnText(spec);
    this.checks = new CheckSet('turn', spec.assertions ?? [], options);
  }

  /**
   * What the turn says beside text; undefined when it is text alone.
   *
   * @throws BundleFault when a file of it does not exist.
   */
  media(): Promise<MessagePart[] | undefined> {
    this.parts ??= this.load();
    return this.parts;
  }

  private async load(): Promise<MessagePart[] | undefined> {
    const parts = this.spec.parts ?? [];
    if (parts.every(({ type }) => type === 'text')) return undefined;
    return Promise.all(
      parts.map(part =>
        loadPart(part, this.options.directory, this.options.mediaBase),
      ),
    );
  }
}

/** A scenario with everything compiled that is the same for all its items. */
export class PreparedScenario {
  readonly turns: PreparedTurn[];
  readonly conversationChecks: CheckSet;
  readonly hasChecks: boolean;
  private readonly perturbations: Perturbations;
  /** Items that follow each other mostly ask for the same. */
  private last?: { prompt: PreparedPrompt; region: string; values: Variables };

  constructor(
    readonly entry: ScenarioEntry,
    private readonly options: {
      quirks: Quirks;
      directory: string;
      /** Folder that media are named from; default: the bundle's. */
      mediaBase?: string;
      globalAssertions: readonly AssertionSpec[];
    },
  ) {
    const { spec } = entry;
    this.turns = (spec.turns ?? []).map(
      turn => new PreparedTurn(turn, options),
    );
    this.conversationChecks = new CheckSet(
      'conversation',
      [...(spec.conversation_assertions ?? []), ...options.globalAssertions],
      options,
    );
    this.hasChecks =
      this.conversationChecks.size > 0 ||
      this.turns.some(({ checks }) => checks.size > 0);
    this.perturbations = new Perturbations(spec.turns ?? []);
  }

  /** Values that variables which a prompt requires may get: those that somebody gives, no defaults. */
  given(region: string): Variables {
    return { region, ...this.entry.spec.variables };
  }

  /** Values of the placeholders when a prompt speaks in a region. */
  variables(prompt: PreparedPrompt, region: string): Variables {
    const { last } = this;
    if (last?.prompt === prompt && last.region === region) return last.values;
    const values = this.variablesOf(prompt, region);
    this.last = { prompt, region, values };
    return values;
  }

  private variablesOf(prompt: PreparedPrompt, region: string): Variables {
    const { spec } = this.entry;
    const metadata = spec.context_metadata;
    const firstInput = this.turns.find(turn => turn.text !== '')?.text ?? '';
    return {
      domain: metadata?.domain ?? '',
      user_context: '',
      user_role: metadata?.user_role ?? '',
      context_slot: contextSlot(spec.description, firstInput),
      ...prompt.defaults,
      region,
      ...prompt.entry?.vars,
      ...spec.variables,
    };
  }

  /** The values of a variant; undefined when there is nothing to replace. */
  variantValues(variant: number): VariantValues | undefined {
    if (this.perturbations.isEmpty) return undefined;
    const { loneVariantKept } = this.options.quirks;
    if (loneVariantKept && this.perturbations.count === 1) return undefined;
    return this.perturbations.values(variant);
  }

  userText(text: string, variant: VariantValues | undefined): string {
    return variant ? substituteVariant(text, variant) : text;
  }
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
