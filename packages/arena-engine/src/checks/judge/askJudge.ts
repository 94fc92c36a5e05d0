import { ItemStopped } from '../../conversation/errors';
import { Quirks } from '../../quirks/quirks';
import { CheckInput, CheckOutcome } from '../Check';
import { CheckParams } from '../CheckParams';
import { readJudgement, REPLY_FORMAT } from './judgement';

/** What a judge is asked. */
export interface JudgeQuestion {
  /** What to judge and how; the form of the answer is added. */
  task: string;
  /** What the judge reads, by name. */
  material: Array<[name: string, text: string]>;
}

/** Puts one question to the judge. The check's own criteria, rubric and system prompt are part of it. */
export async function askJudge(
  input: CheckInput,
  question: JudgeQuestion,
  params: CheckParams,
  quirks: Quirks,
): Promise<CheckOutcome> {
  if (!input.judge) {
    const explanation = 'No judge is configured';
    return quirks.missingJudgeScoresZero
      ? { score: 0, explanation }
      : { invalid: true, explanation };
  }
  const name = quirks.judgeNameIgnored ? undefined : params.string('judge');
  let answer: string;
  try {
    answer = await input.judge({
      ...(name ? { name } : {}),
      system: `${
        params.string('system_prompt') || question.task
      }\n\n${REPLY_FORMAT}`,
      text: describe(question, params),
    });
  } catch (error) {
    return failedToAsk('The judge', error, input, quirks);
  }
  return readJudgement(answer, quirks);
}

/** What becomes of a check whose judge cannot be asked. An item that was stopped stays stopped. */
export function failedToAsk(
  who: string,
  error: unknown,
  { signal }: Pick<CheckInput, 'signal'>,
  quirks: Quirks,
): CheckOutcome {
  signal.throwIfAborted();
  if (error instanceof ItemStopped || !quirks.failingJudgeFailsCheck) {
    throw error;
  }
  const reason = error instanceof Error ? error.message : String(error);
  return { invalid: true, explanation: `${who} gave no answer: ${reason}` };
}

/** Material stands between tags, so that a judge can tell it from what it is asked. */
function describe({ material }: JudgeQuestion, params: CheckParams): string {
  const extra: Array<[string, string | undefined]> = [
    ['criteria', params.string('criteria')],
    ['rubric', params.string('rubric')],
  ];
  return [...material, ...extra]
    .flatMap(([name, text]) =>
      text === undefined || text === ''
        ? []
        : [`<${name}>\n${text}\n</${name}>`],
    )
    .join('\n\n');
}
