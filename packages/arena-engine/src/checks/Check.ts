import { z } from 'zod/v4';
import {
  ConversationMessage,
  Firing,
  ToolCallRecord,
} from '../conversation/messages';
import { ConnectionSet } from '../providers/http/ConnectionSet';
import { QuirkName, Quirks } from '../quirks/quirks';
import { ToolOutcome } from '../tools/Tool';
import { CheckParams } from './CheckParams';

/** Asks a judge. `name` picks one of several; without it the first one judges. */
export interface JudgeRequest {
  name?: string;
  system: string;
  /** What is judged, with the criteria. */
  text: string;
}

/** Asks a classifier model for the labels of one text, recording or image. */
export interface ClassifyRequest {
  kind: 'text' | 'audio' | 'image';
  model: string;
  /** Name of one of several classifiers. */
  classifier?: string;
  /** A text, or content in base64. */
  content: string;
}

export interface ClassLabel {
  label: string;
  /** 0 to 1. */
  score: number;
}

/** A move of the workflow, in order. */
export interface TransitionRecord {
  from: string;
  to: string;
  event: string;
  /** Number of messages when it happened. */
  at: number;
  /** The event leads elsewhere, but that state was visited often enough. */
  redirected?: boolean;
}

/** The workflow as checks see it; absent in conversations without one. */
export interface WorkflowView {
  initial: string;
  current: string;
  /** The current state has no way out. */
  complete: boolean;
  transitions: readonly TransitionRecord[];
}

/** What the last composition did; absent when none ran. */
export interface CompositionView {
  /** Output by step id. */
  steps: ReadonlyMap<string, unknown>;
  /** Target taken, by branch id. */
  branches: ReadonlyMap<string, string>;
  /** Branches that finished, by id of the parallel step, and all that it has. */
  parallels: ReadonlyMap<string, { finished: string[]; all: string[] }>;
  output?: unknown;
}

/** What a check may look at. */
export interface CheckInput {
  messages: readonly ConversationMessage[];
  /** Text of the last assistant message; empty without one. */
  output: string;
  toolCalls: readonly ToolCallRecord[];
  /** Latency of the last assistant message. */
  latencyMs?: number;
  /** Guardrails that fired on the last assistant message. */
  firings: readonly Firing[];
  /** Scores of earlier checks of the same turn by their id (`assertion_0_contains`). */
  prior: ReadonlyMap<string, number | undefined>;
  /** What the conversation has used so far. */
  totals: { inputTokens: number; outputTokens: number; cost: number };
  workflow?: WorkflowView;
  composition?: CompositionView;
  /** Absent when no judge is configured. */
  judge?: (request: JudgeRequest) => Promise<string>;
  /** Absent when no classifier is configured at all; answers undefined when none is configured for the request. */
  classify?: (
    request: ClassifyRequest,
    signal: AbortSignal,
  ) => Promise<readonly ClassLabel[] | undefined>;
  /** Calls a registered tool outside of the conversation. */
  callTool: (
    name: string,
    args: Record<string, unknown>,
  ) => Promise<ToolOutcome>;
  /** Why nobody may be asked; checks that would ask are skipped with it. */
  unasked?: string;
  /** Aborted when the item is over or stopped. */
  signal: AbortSignal;
  /** Runs right before each call that may cost money; rejects when it must not be made. */
  beforeCall: () => Promise<void>;
  /** A variable of the environment, for headers; throws BundleFault for one that is not for bundles to read. */
  secret: (name: string) => string | undefined;
  /** To services that checks ask; the run ends them. */
  connections: ConnectionSet;
}

/** What a check needs of an item to ask somebody else. */
export type CheckAccess = Pick<
  CheckInput,
  'signal' | 'beforeCall' | 'secret' | 'connections'
>;

/** What a check found. The threshold decides about the score. */
export interface CheckOutcome {
  /** 0 to 1. Absent when the check could not say. */
  score?: number;
  explanation: string;
  /** The check is wrong in itself: it fails whatever the threshold. */
  invalid?: boolean;
  /** The check did not run, and says why in its explanation. */
  skipped?: boolean;
}

export type RunCheck = (
  input: CheckInput,
) => CheckOutcome | Promise<CheckOutcome>;

export interface PrepareOptions {
  quirks: Quirks;
}

/** What a check looks at, in words of its reference page. */
export type CheckReads =
  | 'last reply'
  | 'all replies'
  | 'last user message and last reply'
  | 'whole conversation'
  | 'tool calls so far'
  | 'tool results so far'
  | 'agent calls so far'
  | 'skill activations so far'
  | 'workflow'
  | 'last composition'
  | 'media of the last reply that has any'
  | 'last message with what the classifier reads'
  | 'guardrails that fired on the last reply'
  | 'use so far'
  | 'nothing of the conversation';

/** A kind of check. The reference page of checks is made from these. */
export interface CheckDefinition {
  readonly type: string;
  readonly aliases?: readonly string[];
  /** One sentence: when a check of this kind is content. */
  readonly summary: string;
  readonly reads: CheckReads;
  /** It asks a model or a service, or calls a tool. */
  readonly asks?: boolean;
  /** How the score comes about. */
  readonly scoring: string;
  /** Where the original behaves in another way than strict runs do. */
  readonly quirks?: readonly QuirkName[];
  /** Parameters of the example on the reference page. */
  readonly example: Readonly<Record<string, unknown>>;
  /** Closed schema of the parameters. Strict runs fail a check with others, compatible ones overlook them. */
  readonly params: z.ZodType;
  /** Reads the parameters and compiles patterns, once for all items. */
  prepare(params: CheckParams, options: PrepareOptions): RunCheck;
}

/** A check that does not depend on the conversation. */
export function constant(outcome: CheckOutcome): RunCheck {
  return () => outcome;
}

/** Score 1 or 0. */
export function verdict(passed: boolean, explanation: string): CheckOutcome {
  return { score: passed ? 1 : 0, explanation };
}
