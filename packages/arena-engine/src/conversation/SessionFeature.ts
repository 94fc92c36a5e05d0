import { ScenarioEntry } from '../bundle/BundleContent';
import { WorkflowView } from '../checks/Check';
import type { Composition } from '../compositions/Composition';
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
  /** Counts the exchanges of the conversation from 0: a self-play turn has many. */
  readonly exchange: number;
  /** Whether the turn that is being played is streamed. */
  readonly streaming: boolean;
  /** Tool calls that the model has made so far. */
  readonly toolCalls: number;
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
  /** Whether `ready` has nothing left to do. */
  readonly isReady?: boolean;
  /**
   * Reaches what conversations need of elsewhere. Is to be awaited before `open`.
   *
   * @throws ProviderError when it cannot be reached; the next call tries again.
   */
  ready?(): Promise<void>;
  /** @throws BundleFault when the scenario cannot be played with it. */
  open(session: Session): SessionFeature;
  /** Ends connections that it holds. */
  close?(): Promise<void>;
}

/** Where a conversation stands in its workflow. */
export interface WorkflowSession extends SessionFeature {
  readonly view: WorkflowView;
  /** Task type of the prompt that speaks. */
  readonly promptTask: string;
  /** Zero-based turn in which the current state was entered; -1 for the first state. */
  readonly enteredAt: number;
  /** What the current state says of the skills in it. */
  readonly skills?: string;
  /** Answers in place of a prompt, in states that have one. */
  readonly composition?: Composition;
  /** Values of the placeholders in prompts of its states. */
  variables(): Variables;
  /** What messages of the current state are marked with. */
  stamp(): StateStamp;
  /**
   * Carries out the transition that the model asked for.
   *
   * @returns `away` when the new state does not answer in this turn.
   */
  commit(at: { turn: number; messages: number }): 'stayed' | 'moved' | 'away';
}
