import { TurnSpec } from '../bundle/schemas/scenario';
import { ToolPolicy } from '../bundle/schemas/common';
import { goJson } from '../text/goText';
import { pause } from '../util/pause';
import { positive } from '../util/positive';
import { failed, ToolOutcome } from '../tools/Tool';
import { isTooDeep } from '../text/jsonDepth';
import { LimitReached } from './errors';
import { ToolCall } from './messages';

const DEFAULT_MAX_IDENTICAL = 3;
const SLOW_MS = 2_000;

/** Executes the tool calls of one user turn. */
export class ToolLoop {
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly options: {
      call: (call: ToolCall, signal: AbortSignal) => Promise<ToolOutcome>;
      policy?: ToolPolicy | null;
      turn: TurnSpec;
      /** Where the conversation stands: the same call is another one elsewhere. */
      place?: () => string;
      /** Whether injected failures and consents apply to this turn. */
      injects: boolean;
      /** 0 to 1, repeatable for one item. */
      random: () => number;
    },
  ) {}

  /** @throws LimitReached when the model repeats a call that it was told not to repeat. */
  async call(call: ToolCall, signal: AbortSignal): Promise<ToolOutcome> {
    return this.countIdentical(call) ?? this.execute(call, signal);
  }

  /** Executes a call that is no decision of the model, and may be the same as others. */
  async execute(call: ToolCall, signal: AbortSignal): Promise<ToolOutcome> {
    const { policy, turn, injects } = this.options;
    if (policy?.blocklist?.includes(call.name)) {
      return failed(`tool ${call.name} is blocked by the policy`, 'approval');
    }
    if (injects) {
      const consent = turn.consent_overrides?.[call.name];
      if (consent === 'deny') {
        return failed(`consent for ${call.name} was denied`, 'approval');
      }
      if (consent === 'timeout') {
        return failed(`consent for ${call.name} timed out`, 'approval');
      }
      const injected = await this.injectFailure(call.name, signal);
      if (injected) return injected;
    }
    return this.options.call(call, signal);
  }

  private countIdentical({
    name,
    arguments: args,
  }: ToolCall): ToolOutcome | undefined {
    const max =
      positive(this.options.policy?.max_identical_tool_calls) ??
      DEFAULT_MAX_IDENTICAL;
    const place = this.options.place?.() ?? '';
    // The tool refuses what is nested too deeply to be printed.
    const printed = isTooDeep(args) ? '' : goJson(args);
    const key = `${place} ${name} ${printed}`;
    const count = (this.seen.get(key) ?? 0) + 1;
    this.seen.set(key, count);
    if (count < max) return undefined;
    if (count === max) {
      const text = `Repeated call ignored: ${name} was called ${count} times with the same arguments. Use the earlier result or do something else.`;
      return { text, compact: text };
    }
    throw new LimitReached(
      `${name} was called again with the same arguments after ${max} calls`,
    );
  }

  private async injectFailure(
    name: string,
    signal: AbortSignal,
  ): Promise<ToolOutcome | undefined> {
    const failure = this.options.turn.chaos?.tool_failures?.find(
      ({ tool }) => tool === name,
    );
    if (!failure) return undefined;
    if (failure.probability && this.options.random() >= failure.probability) {
      return undefined;
    }
    switch (failure.mode) {
      case 'slow':
        await pause(SLOW_MS, signal);
        return undefined;
      case 'timeout':
        return failed(failure.message ?? `tool ${name} timed out`, 'execution');
      default:
        return failed(failure.message ?? `tool ${name} failed`, 'execution');
    }
  }
}
