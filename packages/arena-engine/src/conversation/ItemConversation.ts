import {
  CheckResult,
  EvalObservation,
} from '@backstage-arena/plugin-arena-common';
import { ConversationMessage } from './messages';
import { Use } from './RoleCalls';

/** A turn's checks, on the message that ended it. */
export interface TurnVerdict {
  turn: number;
  /** Index of the message. */
  message: number;
  results: CheckResult[];
}

/** What is executed for an item, and what is known of it afterwards. */
export interface ItemConversation {
  /** Unique among all conversations of the process. */
  readonly id: string;
  /** The system prompt in force; empty when there is none. */
  readonly system: string;
  readonly messages: readonly ConversationMessage[];
  readonly verdicts: readonly TurnVerdict[];
  /** What checks that do not decide have found. */
  readonly observations: readonly EvalObservation[];
  /** Whether the item has any check that decides. */
  readonly hasChecks: boolean;
  readonly toolCallCount: number;
  /** What the system under test has used. */
  readonly totals: Use;
  /** What judges and simulated users have used. */
  readonly roleTotals: Use;
  /** Plays it, or reads it. What is there when this rejects stays readable. */
  run(): Promise<void>;
  /**
   * The checks of the whole conversation, over what there is of it.
   *
   * @param results - gets what they find, one by one
   * @param unasked - why nobody may be asked any more
   */
  judgeConversation(results: CheckResult[], unasked?: string): Promise<void>;
  /** Lets the checks that do not decide look at it. */
  observe(unasked?: string): Promise<void>;
  /** Gives up what providers hold for it. */
  end(): void;
}
