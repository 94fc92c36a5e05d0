import { ToolPolicy } from '../bundle/schemas/common';
import { Quirks } from '../quirks/quirks';
import { positive } from '../util/positive';
import { LimitReached } from './errors';

const DEFAULT_MAX_ROUNDS = 50;
const DEFAULT_MAX_COST = 2;

/** What the tool loop of a scenario is held to. Every check throws LimitReached. */
export class TurnLimits {
  readonly maxRounds: number;
  readonly maxCost: number;
  private readonly maxTurnCalls: number;
  private readonly maxCalls: number;

  constructor(
    policy: ToolPolicy | null | undefined,
    quirks: Pick<Quirks, 'toolCallLimitsIgnored'>,
  ) {
    const calls = quirks.toolCallLimitsIgnored ? undefined : policy;
    this.maxRounds = positive(policy?.max_rounds) ?? DEFAULT_MAX_ROUNDS;
    this.maxCost = positive(policy?.max_cost_usd) ?? DEFAULT_MAX_COST;
    this.maxTurnCalls = positive(calls?.max_tool_calls_per_turn) ?? Infinity;
    this.maxCalls = positive(calls?.max_total_tool_calls) ?? Infinity;
  }

  /** @param cost - of the whole conversation, in USD */
  checkCost(cost: number): void {
    if (cost <= this.maxCost) return;
    throw new LimitReached(
      `the cost of ${cost} USD exceeds max_cost_usd ${this.maxCost}`,
    );
  }

  /** Of a model that calls tools in this round, counted from 1, too. */
  checkRounds(round: number): void {
    if (round < this.maxRounds) return;
    throw new LimitReached(
      `the model still calls tools after ${this.maxRounds} rounds`,
    );
  }

  checkToolCalls(ofTurn: number, ofConversation: number): void {
    if (ofTurn > this.maxTurnCalls) {
      throw new LimitReached(
        `the model called ${ofTurn} tools in the turn: max_tool_calls_per_turn is ${this.maxTurnCalls}`,
      );
    }
    if (ofConversation > this.maxCalls) {
      throw new LimitReached(
        `the model called ${ofConversation} tools: max_total_tool_calls is ${this.maxCalls}`,
      );
    }
  }
}
