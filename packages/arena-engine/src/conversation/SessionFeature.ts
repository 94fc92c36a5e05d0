import { ScenarioEntry } from '../bundle/BundleContent';
import { WorkflowView } from '../checks/Check';
import { Quirks } from '../quirks/quirks';
import { Variables } from '../templates/placeholders';
import { Tool } from '../tools/Tool';
import { StateStamp } from './messages';

/** What a feature may know of the conversation that it takes part in. */
export interface Session {
  readonly conversationId: string;
  readonly scenario: ScenarioEntry;
  readonly quirks: Quirks;
  readonly workflow?: WorkflowSession;
  /** Zero-based index of the turn that is being played. */
  readonly turn: number;
  /** Whether the turn that is being played is streamed. */
  readonly streaming: boolean;
}

/**
 * What a feature of the format (workflow, skills, memory, agents) adds to one conversation. Everything is asked for again before each
 * call of the model.
 */
export interface SessionFeature {
  /** Tools that the model sees whatever its prompt allows. */
  tools?(): readonly Tool[];
  /** What the system prompt ends with. */
  systemText?(): string;
  /** Values of placeholders in the system prompt, beside those of the scenario. */
  variables?(): Variables;
}

/** A feature that a bundle uses. */
export interface Feature {
  /** @throws BundleFault when the scenario cannot be played with it. */
  open(session: Session): SessionFeature;
}

/** Where a conversation stands in its workflow. */
export interface WorkflowSession extends SessionFeature {
  readonly view: WorkflowView;
  /** Task type of the prompt that speaks. */
  readonly promptTask: string;
  /** Zero-based turn in which the current state was entered; -1 for the first state. */
  readonly enteredAt: number;
  /** What messages of the current state are marked with. */
  stamp(): StateStamp;
  /**
   * Carries out the transition that the model asked for.
   *
   * @returns `away` when the new state does not answer in this turn.
   */
  commit(at: {
    turn: number;
    messages: number;
    toolCalls: number;
  }): 'stayed' | 'moved' | 'away';
}
