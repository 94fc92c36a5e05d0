/** How the original engine behaves where it surprises, and what strict runs do instead. */
interface Quirk {
  readonly area:
    | 'checks'
    | 'guardrails'
    | 'conversation'
    | 'tools'
    | 'context'
    | 'workflow'
    | 'compositions'
    | 'skills'
    | 'memory'
    | 'agents'
    | 'self-play'
    | 'mock provider'
    | 'judges'
    | 'evals'
    | 'verdicts'
    | 'bundles';
  readonly compatible: string;
  readonly strict: string;
}

/**
 * Every behaviour of the original that compatible runs reproduce and strict runs do not. The engine asks for a quirk by its
 * name and nowhere for the mode itself; `docs/compatibility.md` is made from this table.
 */
export const QUIRKS = {
  wrongParametersIgnored: {
    area: 'checks',
    compatible:
      'Unknown parameters, and parameters of a wrong type, are overlooked',
    strict: 'They fail the check and say why',
  },
  unjudgedPasses: {
    area: 'checks',
    compatible: 'A check without a score passes',
    strict: 'It fails: nothing was judged',
  },
  unmetWhenFails: {
    area: 'checks',
    compatible:
      'A conversation check whose `when` is not met counts as failed, a turn check as passed',
    strict: 'Both are skipped',
  },
  sentencesNeverFail: {
    area: 'checks',
    compatible: '`sentence_count` always scores 1',
    strict: 'It scores max / sentences',
  },
  onlyLostFieldsCount: {
    area: 'checks',
    compatible:
      '`invariant_fields_preserved` notices a field only when it was there and is missing later',
    strict: 'A changed value counts as well',
  },
  budgetSeesNoSpend: {
    area: 'checks',
    compatible: '`cost_budget` as an assertion sees no spend and passes',
    strict: 'It sees what the conversation has used',
  },
  similarityThresholdIgnored: {
    area: 'checks',
    compatible: '`directional` needs a score of 1 whatever its `threshold`',
    strict: 'A similarity of at least `threshold` scores 1',
  },
  classifiersSkipped: {
    area: 'checks',
    compatible:
      'A classifier check whose classifier is not configured is skipped and passes',
    strict: 'It fails',
  },
  failedTurnCheckIsError: {
    area: 'verdicts',
    compatible:
      'A failed turn check, and a limit that is reached, make the item errored',
    strict: 'They make it failed',
  },
  onlyFirstTrialCounts: {
    area: 'verdicts',
    compatible:
      'Of the trials and variants of a cell only the first decides about the exit status and the phase of a job; reports have all',
    strict: 'All of them count',
  },
  partialReplyGuarded: {
    area: 'guardrails',
    compatible:
      'Guardrails judge each reply while it arrives, in scenarios without streaming too: banned words match inside words, and all guardrails judge what is left once more',
    strict:
      'A reply is judged while it arrives only where it is streamed, and by the same rule as the whole',
  },
  firstGuardrailsStay: {
    area: 'guardrails',
    compatible:
      'When a workflow hands over within a turn, the guardrails of the first state stay in force to the end of the turn',
    strict: 'Each reply is guarded by the prompt that gave it',
  },
  wrongGuardrailSkipped: {
    area: 'guardrails',
    compatible: 'A guardrail with wrong parameters is left out',
    strict: 'It fails the item',
  },
  repliesAreTemplates: {
    area: 'conversation',
    compatible:
      'Placeholders in replies are substituted once the reply is history, and stay so',
    strict: 'Replies stay as they are',
  },
  loneVariantKept: {
    area: 'conversation',
    compatible: 'A single perturbation value is not substituted',
    strict: 'It is substituted',
  },
  injectionsNeedGuardrails: {
    area: 'tools',
    compatible:
      'In streaming turns, injected failures and consents need guardrails to take effect',
    strict: 'They always take effect',
  },
  callIdsRepeat: {
    area: 'tools',
    compatible:
      'All tool calls with one id are read with the last result that has the id (the mock provider repeats its ids)',
    strict: 'Each call is read with the result that followed it',
  },
  trimmedForGood: {
    area: 'context',
    compatible:
      'What does not fit into the token budget is dropped from the transcript too, the current message included; `fail` drops everything and nothing ever fails',
    strict:
      'Only what is sent gets shorter; `fail`, and a message that does not fit, end the item',
  },
  unreadableMockIgnored: {
    area: 'mock provider',
    compatible:
      'A mock file that cannot be read is a warning, and the mock gives generic answers',
    strict: 'It is an error',
  },
} as const satisfies Record<string, Quirk>;

export type QuirkName = keyof typeof QUIRKS;

/** Which of the original's quirks a run reproduces. */
export type Quirks = Readonly<Record<QuirkName, boolean>>;

function all(value: boolean): Quirks {
  const names = Object.keys(QUIRKS) as QuirkName[];
  return Object.fromEntries(names.map(name => [name, value])) as Quirks;
}

/** The original's verdicts. */
export const COMPATIBLE: Quirks = all(true);

/** Verdicts that mean what they say. */
export const STRICT: Quirks = all(false);
