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
  finalStateUnknown: {
    area: 'checks',
    compatible:
      '`final_state` of `outcome_equivalent` and `same_outcome` of `directional` find no state to compare, so that any expectation fails',
    strict: 'They compare the state of the workflow',
  },
  classifiersSkipped: {
    area: 'checks',
    compatible:
      'A classifier check whose classifier is not configured is skipped and passes',
    strict: 'It fails',
  },
  unknownLabelsHarmless: {
    area: 'checks',
    compatible:
      '`text_toxicity` and `image_moderation` score 1 when the classifier has none of the labels that they know',
    strict: 'They fail: `expected_label` has to say which label is harmless',
  },
  judgeNameIgnored: {
    area: 'judges',
    compatible:
      'The `judge` parameter of a check is ignored: the first judge judges',
    strict: 'The judge of that name judges',
  },
  missingJudgeScoresZero: {
    area: 'judges',
    compatible: 'Without a judge, a check that needs one scores 0',
    strict: 'It fails whatever its threshold',
  },
  unclearJudgementScores: {
    area: 'judges',
    compatible:
      'A judgement that is not JSON scores 0.5, one without `score` scores 0 even when it says `passed`',
    strict:
      'One that is not JSON fails the check whatever its threshold; without `score`, `passed` counts as 1 or 0',
  },
  scoresClamped: {
    area: 'judges',
    compatible:
      'A score of a judge or an evaluator above 1 counts as 1, one below 0 as 0',
    strict: 'It fails the check whatever its threshold',
  },
  failingJudgeFailsCheck: {
    area: 'judges',
    compatible:
      'A judge, a REST evaluator or an A2A evaluator that cannot be asked fails the check',
    strict: 'It makes the item errored: nothing was judged',
  },
  contextFieldNeverFound: {
    area: 'judges',
    compatible: '`context_field` finds no contexts',
    strict:
      'It finds them in the results of tool calls, by the name of a field',
  },
  toolsBlamedOnLastState: {
    area: 'workflow',
    compatible:
      '`workflow_tool_access` holds all calls against the rule of the last state entered, and passes without a transition',
    strict: 'Each call is held against the rule of the state that made it',
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
  cutSplitsCharacters: {
    area: 'guardrails',
    compatible:
      'A length guardrail cuts a reply at its last byte, even within a character; what is left of it counts byte by byte',
    strict: 'A character that does not fit is left out',
  },
  wrongGuardrailSkipped: {
    area: 'guardrails',
    compatible: 'A guardrail with wrong parameters is left out',
    strict: 'It fails the item',
  },
  stockPromptStepsIn: {
    area: 'conversation',
    compatible:
      'Where no prompt has the task type, or a required variable or fragment is missing, a stock prompt without tools and guardrails speaks',
    strict: 'The item is errored and says what is missing',
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
  toolCallLimitsIgnored: {
    area: 'tools',
    compatible:
      '`max_tool_calls_per_turn` and `max_total_tool_calls` are required in a `tool_policy` and not enforced',
    strict:
      'The item fails when the model calls more tools than that; 0 sets no limit',
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
  streamedSelfPlayBare: {
    area: 'self-play',
    compatible:
      'Streamed self-play exchanges are not checked, and each is stored twice',
    strict: 'They are checked and stored like any other',
  },
  unjudgedEvalsInverted: {
    area: 'evals',
    compatible:
      'An evaluation with `threshold.passed: false` is content when its check could not be judged',
    strict: 'It is not: nothing was judged',
  },
  unreadableMessagesDropped: {
    area: 'evals',
    compatible:
      'Messages of a saved conversation whose role is unknown are left out, and content that cannot be read is empty',
    strict:
      'Other names of roles (`model`, `ai`, `human`, `developer`, `function`) are read as well; what cannot be read makes the item errored',
  },
  unansweredRecordingsJudged: {
    area: 'evals',
    compatible: 'A saved conversation without any reply is judged as it is',
    strict: 'It makes the item errored: there is nothing to judge',
  },
  allTurnsObserveOnly: {
    area: 'evals',
    compatible:
      'Checks of `all_turns` look at the end of a saved conversation, and do not fail the item',
    strict: 'They look at each reply, and count',
  },
  skillFilterLate: {
    area: 'skills',
    compatible:
      'The skills filter of a workflow state holds from the exchange after the transition on, not in the first state, and never in streamed turns',
    strict: 'It holds as long as the conversation is in the state',
  },
  skillToolsNotAdded: {
    area: 'skills',
    compatible: '`allowed-tools` of a skill never add a tool',
    strict: 'They are offered to the model while the skill is active',
  },
  emptyRecallFails: {
    area: 'memory',
    compatible:
      'Recalling or listing memories is a tool error when there are none',
    strict: 'It gives an empty list',
  },
  agentErrorIsAnswer: {
    area: 'agents',
    compatible:
      'A rule of an agent with `error` ignores its `match`, and its text is an ordinary answer',
    strict: 'It answers what matches, with a tool error',
  },
  transitionsNeverRefused: {
    area: 'workflow',
    compatible:
      '`workflow__transition` always answers that the transition is scheduled; the last call of a round counts, and a transition that the workflow refuses is ignored',
    strict:
      'A second call in a round, and a transition that the workflow refuses, are tool errors that say why',
  },
  streamedHandOffNeedsGuardrails: {
    area: 'workflow',
    compatible:
      'In a streaming turn whose prompt has no guardrails, replies carry no state, and only the last transition is carried out, when checks run',
    strict: 'Transitions are carried out after each round of tool calls',
  },
  handOffForgetsVariables: {
    area: 'workflow',
    compatible:
      'A hand-off within a turn to a prompt with a required variable is an error, even when the scenario has a value for it',
    strict: 'The variables of the scenario count',
  },
  movesCountAsRepeats: {
    area: 'workflow',
    compatible:
      'A transition that is called for the third time in a turn with the same arguments is taken for a loop and ignored',
    strict: 'Only calls since the last transition count as repeated',
  },
  compositionInputDropped: {
    area: 'compositions',
    compatible:
      'What the user says to a composition is not in the transcript, and checks do not see it',
    strict: 'It is a message like any other',
  },
  failedCompositionsPass: {
    area: 'compositions',
    compatible:
      'A composition that fails gives no error and no reply; the checks of the turn are skipped and pass',
    strict: 'It is an error of the item',
  },
  stepSchemasAreHints: {
    area: 'compositions',
    compatible:
      'A reply that does not fit the `output_schema` of its step is taken as it is, as a text when it is not JSON',
    strict: 'It fails the step, which may be tried again',
  },
  summariesNotMade: {
    area: 'context',
    compatible: 'The context strategy `summarize` drops the oldest messages',
    strict:
      'The provider under test summarises them first; what that costs counts for the item, but not against `max_cost_usd`',
  },
  unreadableMockIgnored: {
    area: 'mock provider',
    compatible:
      'A mock file that cannot be read is a warning, and the mock gives generic answers',
    strict: 'It is an error',
  },
  missingFilesOverlooked: {
    area: 'bundles',
    compatible:
      'A file that the arena file names and that does not exist is left out, and of two files with one name the last is taken',
    strict: 'The bundle is refused',
  },
  unknownProvidersLeftOut: {
    area: 'bundles',
    compatible: 'An id of `--provider` that no provider has is left out',
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
