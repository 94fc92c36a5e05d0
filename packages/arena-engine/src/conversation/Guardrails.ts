import { ValidatorSpec } from '../bundle/schemas/promptConfig';
import {
  CheckAccess,
  CheckInput,
  PrepareOptions,
  RunCheck,
} from '../checks/Check';
import { CheckParams } from '../checks/CheckParams';
import { meetsThreshold, Threshold } from '../checks/CompiledCheck';
import {
  describeProblem,
  paramProblems,
  shapeProblems,
} from '../checks/paramProblems';
import { bannedFinder } from '../checks/text/bannedFinder';
import { bannedWatcher, Watch } from '../checks/text/bannedWatcher';
import { findCheck } from '../checks/registry';
import { Quirks } from '../quirks/quirks';
import { byteLength, cutBytes, truncateBytes } from '../text/goText';
import { nearMiss } from '../text/suggest';
import { checkNames } from '../checks/registry';
import { BundleFault } from './errors';
import { ConversationMessage, Firing } from './messages';

const DEFAULT_TEXT =
  'I cannot answer that, because the answer would break the rules that I work by.';

/** Names that parameters of guardrails may have beside their own, by type of check. */
export const PARAM_ALIASES: Record<string, Record<string, string>> = {
  content_excludes: { words: 'patterns' },
  max_length: { max_characters: 'max', max_chars: 'max' },
  min_length: { min_characters: 'min', min_chars: 'min' },
  sentence_count: { max_sentences: 'max' },
  field_presence: { required_fields: 'fields' },
};

type Direction = 'input' | 'output' | 'both';

interface Guardrail {
  /** As the prompt spells it. */
  type: string;
  direction: Direction;
  run: RunCheck;
  threshold: Threshold;
  message?: string;
  /** The text is cut to this many bytes instead of being replaced. */
  truncateTo?: number;
  /** Judges what has arrived of a reply. */
  partial?: (text: string) => boolean;
  /** Makes that which is called with a reply as it grows. */
  watch?: () => Watch;
}

export interface Enforced {
  text: string;
  firings: Firing[];
}

/** The guardrails of a prompt, compiled once. */
export class Guardrails {
  private readonly guardrails: Guardrail[] = [];
  private readonly fault?: string;
  /** Why guardrails were left out. */
  readonly warnings: string[] = [];

  constructor(
    validators: readonly ValidatorSpec[],
    private readonly options: PrepareOptions,
  ) {
    for (const validator of validators) {
      if (validator.enabled === false) continue;
      const compiled = this.compile(validator);
      if (typeof compiled !== 'string') {
        this.guardrails.push(compiled);
      } else if (
        findCheck(validator.type) &&
        options.quirks.wrongGuardrailSkipped
      ) {
        this.warnings.push(compiled);
      } else {
        this.fault ??= compiled;
      }
    }
  }

  get isEmpty(): boolean {
    return this.guardrails.length === 0 && this.fault === undefined;
  }

  /** @throws BundleFault when a guardrail is none that the engine knows. */
  assertUsable(): void {
    if (this.fault) throw new BundleFault(this.fault);
  }

  /** Judges a user's text. Returns the answer that takes the place of the model's, if any. */
  async judgeInput(
    text: string,
    turn: number,
    access: CheckAccess,
  ): Promise<Enforced | undefined> {
    for (const guardrail of this.guardrails) {
      if (guardrail.direction === 'output') continue;
      const input = inputFor(text, turn, access);
      const firing = await this.judge(guardrail, input, 'input');
      if (firing)
        return { text: guardrail.message ?? DEFAULT_TEXT, firings: [firing] };
    }
    return undefined;
  }

  /**
   * Watches one reply while it arrives.
   *
   * @returns Undefined when no guardrail does; otherwise what is true when the reply need not go on.
   */
  watch(): Watch | undefined {
    const watches = this.guardrails.flatMap(({ direction, watch }) =>
      direction !== 'input' && watch ? [watch()] : [],
    );
    if (watches.length === 0) return undefined;
    return text => watches.some(watch => watch(text));
  }

  /** Judges a reply and enforces what the guardrails say. */
  async judgeOutput(
    text: string,
    turn: number,
    access: CheckAccess,
  ): Promise<Enforced> {
    const result: Enforced = { text, firings: [] };
    if (this.options.quirks.partialReplyGuarded) {
      this.judgeWhileArriving(result);
    }
    for (const guardrail of this.guardrails) {
      if (guardrail.direction === 'input') continue;
      const input = inputFor(result.text, turn, access);
      const firing = await this.judge(guardrail, input, 'output');
      if (firing) {
        result.firings.push(firing);
        result.text = this.enforce(guardrail, result.text);
      }
    }
    return result;
  }

  /** Banned words and lengths stop a reply before it is complete, words by any occurrence. */
  private judgeWhileArriving(result: Enforced): void {
    const hit = firstToStop(
      this.guardrails.filter(({ direction }) => direction !== 'input'),
      result.text,
    );
    if (!hit) return;
    result.firings.push({
      type: hit.type,
      direction: 'output',
      score: 0,
      message: `The guardrail ${hit.type} stopped the reply`,
    });
    result.text = this.enforce(hit, result.text);
  }

  private enforce({ truncateTo, message }: Guardrail, text: string): string {
    if (truncateTo === undefined) return message ?? DEFAULT_TEXT;
    return this.options.quirks.cutSplitsCharacters
      ? cutBytes(text, truncateTo)
      : truncateBytes(text, truncateTo);
  }

  private async judge(
    guardrail: Guardrail,
    input: CheckInput,
    direction: Firing['direction'],
  ): Promise<Firing | undefined> {
    const outcome = await guardrail.run(input);
    // No score means that nothing was judged, and a guardrail then stays on the safe side.
    const passed =
      outcome.score !== undefined &&
      meetsThreshold(outcome, guardrail.threshold);
    if (passed) return undefined;
    return {
      type: guardrail.type,
      direction,
      ...(outcome.score === undefined ? {} : { score: outcome.score }),
      message: outcome.explanation,
    };
  }

  private compile(validator: ValidatorSpec): Guardrail | string {
    const definition = findCheck(validator.type);
    if (!definition) {
      const guess = nearMiss(validator.type, checkNames());
      return `Unknown guardrail type "${validator.type}"${
        guess ? `. Did you mean "${guess}"?` : ''
      }`;
    }
    const {
      direction,
      message,
      min_score: min,
      max_score: max,
      ...rest
    } = validator.params ?? {};
    const values = withAliases(validator.type, definition.type, rest);
    const faults = this.options.quirks.wrongParametersIgnored
      ? shapeProblems(definition, values)
      : paramProblems(definition, values);
    if (faults.length > 0) {
      return `Guardrail ${validator.type} has wrong parameters: ${faults
        .map(describeProblem)
        .join('; ')}`;
    }
    const params = new CheckParams(values);
    const text = typeof message === 'string' ? message : undefined;
    return {
      type: validator.type,
      direction:
        direction === 'input' || direction === 'both' ? direction : 'output',
      run: definition.prepare(params, this.options),
      threshold: {
        ...(typeof min === 'number' ? { min } : {}),
        ...(typeof max === 'number' ? { max } : {}),
      },
      message: validator.message ?? text,
      ...behaviour(definition.type, params, this.options.quirks),
    };
  }
}

function withAliases(
  type: string,
  canonical: string,
  params: Record<string, unknown>,
): Record<string, unknown> {
  const aliases = PARAM_ALIASES[canonical] ?? {};
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(params)) {
    const target = aliases[name] ?? name;
    if (target === name || !Object.hasOwn(params, target))
      values[target] = value;
  }
  if (type === 'banned_words') values.match_mode ??= 'word_boundary';
  return values;
}

function behaviour(
  canonical: string,
  params: CheckParams,
  quirks: Quirks,
): Pick<Guardrail, 'truncateTo' | 'partial' | 'watch'> {
  if (canonical === 'max_length') {
    const max = params.limit('max');
    if (max === undefined) return {};
    const partial = (text: string) => isLonger(text, max);
    return { truncateTo: max, partial, watch: () => partial };
  }
  if (canonical === 'content_excludes') {
    // The original looks at substrings of a reply that is not complete, whatever the mode for the whole says.
    const banned = params.strings('patterns');
    if (!quirks.partialReplyGuarded) {
      return { watch: bannedWatcher(banned, params.string('match_mode')) };
    }
    const find = bannedFinder(banned, undefined);
    return { partial: text => find(text) !== undefined };
  }
  return {};
}

/** A character has 1 to 3 bytes for each of its units: most texts need not be counted. */
function isLonger(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return true;
  return text.length * 3 > maxBytes && byteLength(text) > maxBytes;
}

/** Size of the slices in which scripted replies arrive, in bytes. */
const SLICE = 20;

/** Of the guardrails that stop a reply, the one that does so earliest; of several at once, the first one of the prompt. */
function firstToStop(
  guardrails: readonly Guardrail[],
  text: string,
): Guardrail | undefined {
  const hits = guardrails.filter(({ partial }) => partial?.(text));
  if (hits.length < 2) return hits[0];
  const bytes = Buffer.from(text);
  const arrivals = hits.map(({ partial }) => {
    let [missing, found] = [0, Math.ceil(bytes.length / SLICE)];
    while (found - missing > 1) {
      const middle = Math.floor((missing + found) / 2);
      if (partial?.(bytes.toString('utf8', 0, middle * SLICE))) found = middle;
      else missing = middle;
    }
    return found;
  });
  return hits[arrivals.indexOf(Math.min(...arrivals))];
}

/** A guardrail sees one text alone, as if it were the whole conversation. */
function inputFor(
  text: string,
  turn: number,
  { signal, beforeCall, secret, connections }: CheckAccess,
): CheckInput {
  const message: ConversationMessage = {
    role: 'assistant',
    content: text,
    turn,
  };
  return {
    messages: [message],
    output: text,
    toolCalls: [],
    firings: [],
    prior: new Map(),
    totals: { inputTokens: 0, outputTokens: 0, cost: 0 },
    signal,
    beforeCall,
    secret,
    connections,
    callTool: async name => ({
      text: '',
      compact: '',
      error: `${name}: guardrails cannot call tools`,
    }),
  };
}
