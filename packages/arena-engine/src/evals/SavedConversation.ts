import { setImmediate } from 'node:timers/promises';
import {
  CheckResult,
  EvalObservation,
} from '@backstage-arena/plugin-arena-common';
import { CheckInput, JudgeRequest } from '../checks/Check';
import { CheckSet } from '../checks/CheckSet';
import { BundleFault } from '../conversation/errors';
import {
  ItemConversation,
  TurnVerdict,
} from '../conversation/ItemConversation';
import { ConversationMessage } from '../conversation/messages';
import { noUse, RoleCall, RoleCalls, Use } from '../conversation/RoleCalls';
import { ChatRequest } from '../providers/ChatProvider';
import { ConnectionSet } from '../providers/http/ConnectionSet';
import { Quirks } from '../quirks/quirks';
import { ToolBox } from '../tools/ToolBox';
import { readInside } from '../util/confinedFile';
import { EvalRun } from './evalRuns';
import { Past } from './Past';
import { readRecording } from './recordings/readRecording';

const MAX_BYTES = 32 * 1024 * 1024;
const CHECKS_BETWEEN_BREATHS = 20;

export interface SavedConversationOptions
  extends Pick<ChatRequest, 'signal' | 'beforeCall'> {
  /** Unique among all conversations of the process. */
  id: string;
  run: EvalRun;
  /** Absolute folder of the bundle. */
  directory: string;
  quirks: Quirks;
  toolBox: ToolBox;
  /** Absent when no classifier is configured. */
  classify?: CheckInput['classify'];
  /** Absent when no judge is configured. */
  judge?: (request: JudgeRequest, call: RoleCall) => Promise<string>;
  judgeNames: readonly string[];
  secret: (name: string) => string | undefined;
  /** To services that checks ask. */
  connections: ConnectionSet;
}

/** A conversation of earlier that is judged once more, without calling anybody under test. */
export class SavedConversation implements ItemConversation {
  system = '';
  messages: ConversationMessage[] = [];
  readonly verdicts: TurnVerdict[] = [];
  readonly observations: EvalObservation[] = [];
  /** What it once used is not what this item uses. */
  readonly totals = noUse();
  private readonly turnChecks: CheckSet;
  private readonly conversationChecks: CheckSet;
  private readonly roles: RoleCalls;
  private judges: readonly string[] = [];

  constructor(private readonly options: SavedConversationOptions) {
    const { turns, conversation_assertions: assertions } =
      options.run.entry.spec;
    this.turnChecks = new CheckSet(
      'turn',
      (turns ?? []).flatMap(turn => turn.all_turns?.assertions ?? []),
      options,
    );
    this.conversationChecks = new CheckSet(
      'conversation',
      assertions ?? [],
      options,
    );
    this.roles = new RoleCalls(options);
  }

  get id(): string {
    return this.options.id;
  }

  get roleTotals(): Use {
    return this.roles.totals;
  }

  get hasChecks(): boolean {
    return this.turnChecks.size + this.conversationChecks.size > 0;
  }

  get toolCallCount(): number {
    return this.messages.reduce(
      (sum, { toolCalls }) => sum + (toolCalls?.length ?? 0),
      0,
    );
  }

  /** @throws BundleFault when it cannot be read, or has nothing that could be judged. */
  async run(): Promise<void> {
    const { run, directory, quirks } = this.options;
    try {
      const text = await readInside(directory, run.recording, MAX_BYTES);
      const { type } = run.entry.spec.recording;
      const recording = readRecording(text, run.recording, type, quirks);
      this.system = recording.system;
      this.messages = recording.messages;
      this.judges = recording.judges;
    } catch (error) {
      throw new BundleFault(
        `The recording cannot be read: ${
          error instanceof Error ? error.message : String(error)
        }`,
      );
    }
    if (this.hasChecks && !quirks.unansweredRecordingsJudged) {
      this.assertAnswered();
    }
    if (this.turnChecks.size > 0) await this.judgeTurns();
  }

  async judgeConversation(
    results: CheckResult[],
    unasked?: string,
  ): Promise<void> {
    await this.checkWhole(this.conversationChecks, results, unasked);
  }

  async observe(): Promise<void> {
    // Evaluations of the arena file look at what a run makes, not at what was saved.
  }

  end(): void {
    this.roles.end();
  }

  /** Most checks pass when nobody said anything. */
  private assertAnswered(): void {
    if (this.messages.some(({ role }) => role === 'assistant')) return;
    throw new BundleFault(
      `The recording "${this.options.run.recording}" has no reply that could be judged: none of its messages is of the role assistant`,
    );
  }

  /** In the original checks of all turns look at the end of the conversation, and do not count. */
  private async judgeTurns(): Promise<void> {
    const { messages, turnChecks } = this;
    if (this.options.quirks.allTurnsObserveOnly) {
      const results: CheckResult[] = [];
      await this.checkWhole(turnChecks, results);
      this.observations.push(...results.map(toObservation));
      return;
    }
    const ends = endsOfTurns(messages);
    const past = new Past(this.options.quirks);
    for (const [index, message] of messages.entries()) {
      past.add(message);
      if (!ends.has(index)) continue;
      const results: CheckResult[] = [];
      this.verdicts.push({ turn: message.turn, message: index, results });
      await this.check(turnChecks, past, results);
      // Most checks wait for nothing, which would keep the item's clock from running.
      if (this.verdicts.length % CHECKS_BETWEEN_BREATHS === 0) {
        await setImmediate();
        this.options.signal.throwIfAborted();
      }
    }
  }

  private checkWhole(
    checks: CheckSet,
    results: CheckResult[],
    unasked?: string,
  ): Promise<CheckResult[]> {
    const past = new Past(this.options.quirks);
    this.messages.forEach(message => past.add(message));
    return this.check(checks, past, results, unasked);
  }

  private check(
    checks: CheckSet,
    past: Past,
    results: CheckResult[],
    unasked?: string,
  ): Promise<CheckResult[]> {
    const input = this.checkInput(past, unasked);
    return checks.run(input, input.toolCalls, results);
  }

  private checkInput(
    { messages, last, toolCalls, totals }: Past,
    unasked: string | undefined,
  ): Omit<CheckInput, 'prior'> {
    const { judge, classify, judgeNames, toolBox, id } = this.options;
    const { signal, beforeCall, secret, connections } = this.options;
    // A conversation may say which of the judges it wants.
    const wanted = this.judges.find(name => judgeNames.includes(name));
    return {
      messages,
      output: last?.content ?? '',
      toolCalls,
      latencyMs: last?.latencyMs,
      firings: last?.firings ?? [],
      totals,
      unasked,
      ...(classify ? { classify } : {}),
      ...(judge && unasked === undefined
        ? {
            judge: (request: JudgeRequest) =>
              judge(
                { ...request, name: request.name ?? wanted },
                this.roles.call,
              ),
          }
        : {}),
      callTool: (name, args) =>
        toolBox.call(name, args, { signal, conversation: id }),
      signal,
      beforeCall,
      secret,
      connections,
    };
  }
}

/** Positions of the replies that no other reply follows, whatever tools say between them. */
function endsOfTurns(messages: readonly ConversationMessage[]): Set<number> {
  const ends = new Set<number>();
  let next: ConversationMessage['role'] | undefined;
  for (let index = messages.length - 1; index >= 0; index--) {
    const { role } = messages[index];
    if (role === 'assistant' && next !== 'assistant') ends.add(index);
    if (role !== 'tool') next = role;
  }
  return ends;
}

function toObservation(result: CheckResult, index: number): EvalObservation {
  const { type, passed, skipped, score, explanation, message } = result;
  return {
    id: `all_turns_${index}_${type}`,
    type,
    passed,
    ...(skipped ? { skipped } : {}),
    ...(score === undefined ? {} : { score }),
    explanation,
    ...(message === undefined ? {} : { message }),
  };
}
