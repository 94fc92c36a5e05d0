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
import { ConversationMessage, toolCallRecords } from '../conversation/messages';
import { noUse, RoleCall, RoleCalls, Use } from '../conversation/RoleCalls';
import { ChatRequest } from '../providers/ChatProvider';
import { Quirks } from '../quirks/quirks';
import { ToolBox } from '../tools/ToolBox';
import { readInside } from '../util/confinedFile';
import { EvalRun } from './evalRuns';
import { readRecording } from './recordings/readRecording';

const MAX_BYTES = 32 * 1024 * 1024;

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

  /** @throws BundleFault when it cannot be read. */
  async run(): Promise<void> {
    const { run, directory } = this.options;
    try {
      const text = await readInside(directory, run.recording, MAX_BYTES);
      const recording = readRecording(
        text,
        run.recording,
        run.entry.spec.recording.type,
      );
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
    if (this.turnChecks.size > 0) await this.judgeTurns();
  }

  judgeConversation(): Promise<CheckResult[]> {
    return this.check(this.conversationChecks, this.messages);
  }

  async observe(): Promise<void> {
    // Evaluations of the arena file look at what a run makes, not at what was saved.
  }

  end(): void {
    this.roles.end();
  }

  /** In the original checks of all turns look at the end of the conversation, and do not count. */
  private async judgeTurns(): Promise<void> {
    const { messages, turnChecks } = this;
    if (this.options.quirks.allTurnsObserveOnly) {
      const results = await this.check(turnChecks, messages);
      this.observations.push(...results.map(toObservation));
      return;
    }
    for (const [index, message] of messages.entries()) {
      const next = messages.slice(index + 1).find(isSpoken);
      if (message.role !== 'assistant' || next?.role === 'assistant') continue;
      const results = await this.check(
        turnChecks,
        messages.slice(0, index + 1),
      );
      this.verdicts.push({ turn: message.turn, message: index, results });
    }
  }

  private check(
    checks: CheckSet,
    messages: readonly ConversationMessage[],
  ): Promise<CheckResult[]> {
    const input = this.checkInput(messages);
    return checks.run(input, input.toolCalls);
  }

  private checkInput(
    messages: readonly ConversationMessage[],
  ): Omit<CheckInput, 'prior'> {
    const { judge, classify, judgeNames, quirks, toolBox, id } = this.options;
    const { signal, beforeCall, secret } = this.options;
    const last = messages.findLast(({ role }) => role === 'assistant');
    // A conversation may say which of the judges it wants.
    const wanted = this.judges.find(name => judgeNames.includes(name));
    return {
      messages,
      output: last?.content ?? '',
      toolCalls: toolCallRecords(messages, quirks.callIdsRepeat),
      latencyMs: last?.latencyMs,
      firings: last?.firings ?? [],
      totals: usedBy(messages),
      ...(classify ? { classify } : {}),
      ...(judge
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
    };
  }
}

function isSpoken({ role }: ConversationMessage): boolean {
  return role !== 'tool';
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

function usedBy(messages: readonly ConversationMessage[]): Use {
  return messages.reduce(
    (sum, message) => ({
      inputTokens: sum.inputTokens + (message.inputTokens ?? 0),
      outputTokens: sum.outputTokens + (message.outputTokens ?? 0),
      cachedTokens: sum.cachedTokens + (message.cachedTokens ?? 0),
      cost: sum.cost + (message.cost ?? 0),
    }),
    noUse(),
  );
}
