import { findCheck } from '../../checks/registry';
import { Path } from './LintReport';
import type { InnerCheck } from './checks';

type Messages = Readonly<Record<string, string>>;

const TOOL_NAME: Messages = {
  tool_name: 'tool_name is not read: name the tools in tool_names',
};

const JUDGE: Messages = {
  judge:
    'judge has no effect in the original, which takes any one of the judges',
};

/** Checks that ask a judge. */
export const JUDGE_CHECKS: readonly string[] = [
  'llm_judge',
  'llm_judge_session',
  'llm_judge_conversation',
  'llm_judge_tool_calls',
  'faithfulness',
  'hallucination',
  'answer_relevancy',
  'contextual_precision',
  'contextual_recall',
  'contextual_relevancy',
  'bias',
  'toxicity',
  'role_violation',
];

/** Checks that ask a classifier. */
export const CLASSIFIERS: readonly string[] = [
  'audio_emotion',
  'image_moderation',
  'text_toxicity',
  'text_sentiment',
];

/** Parameters that look as if they did something, by type of check. */
export const INEFFECTIVE_PARAMS: Readonly<Record<string, Messages>> = {
  any: {
    message: 'message has no effect in params: it stands beside them',
  },
  contains: {
    case_sensitive:
      'case_sensitive has no effect: case is never looked at. Use regex to tell cases apart',
    match_mode:
      'match_mode has no effect: texts are found inside words, too. Use regex for whole words',
  },
  contains_any: {
    case_sensitive: 'case_sensitive has no effect: case is never looked at',
    match_mode: 'match_mode has no effect: texts are found inside words, too',
  },
  content_excludes: {
    case_sensitive: 'case_sensitive has no effect: case is never looked at',
    words: 'words is read in guardrails only: an assertion needs patterns',
  },
  tools_called: TOOL_NAME,
  tools_called_session: TOOL_NAME,
  tools_not_called: TOOL_NAME,
  tools_not_called_session: TOOL_NAME,
  ...Object.fromEntries(JUDGE_CHECKS.map(type => [type, JUDGE])),
};

/** What a check does otherwise than it reads, with the place within the check. */
export function surprisesOf(
  check: InnerCheck,
): Array<{ path: Path; message: string }> {
  const type = findCheck(check.type)?.type ?? check.type;
  const { params, path, minScore } = check;
  const say = (message: string) => [{ path: ['type'], message }];
  switch (type) {
    case 'sentence_count':
      return say('In the original this check always passes');
    case 'cost_budget':
      return say(
        'In the original this check sees no spend as an assertion, and always passes',
      );
    case 'cosine_similarity':
      return say(
        'There is no embedding of the reply to compare: this check always fails',
      );
    case 'invariant_fields_preserved':
      return say(
        'In the original this check only notices fields that get lost: changed values pass',
      );
    case 'workflow_tool_access':
      return say(
        'In the original this check blames the last state that was entered for all calls',
      );
    case 'tool_efficiency':
      return params.max_calls !== undefined && minScore === undefined
        ? say(
            'The score is 1 - calls / max_calls: without min_score, any call fails this check',
          )
        : [];
    case 'directional':
      return directionalSurprises(params, path, minScore);
    case 'outcome_equivalent':
      return params.metric === 'final_state' &&
        params.expected_state !== undefined
        ? say('There is no final state to compare: this check always fails')
        : [];
    default:
      return CLASSIFIERS.includes(type) && params.model === undefined
        ? say('Without model this check always fails')
        : [];
  }
}

function directionalSurprises(
  params: Readonly<Record<string, unknown>>,
  path: Path,
  minScore: unknown,
) {
  if (params.threshold !== undefined) {
    return [
      {
        path: [...path, 'threshold'],
        message:
          'In the original threshold has no effect on the verdict: give min_score',
      },
    ];
  }
  if (params.check === 'similar_content' && minScore === undefined) {
    return [
      {
        path: ['type'],
        message:
          'Without min_score the text must have the very words of the baseline',
      },
    ];
  }
  return params.check === 'same_outcome' && params.baseline_state !== undefined
    ? [
        {
          path: ['type'],
          message:
            'There is no final state to compare: this check always fails',
        },
      ]
    : [];
}
