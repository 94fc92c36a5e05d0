import { asMap } from './CheckParams';

/** Wrappers that hold another check in `eval_type` and `eval_params`. */
export const WRAPPERS = new Set(['assertion', 'guardrail']);

/** Checks of the format that need features which the engine does not have. */
export const UNSUPPORTED_CHECKS: ReadonlySet<string> = new Set([
  'llm_judge',
  'llm_judge_session',
  'llm_judge_conversation',
  'llm_judge_tool_calls',
  'faithfulness',
  'hallucination',
  'answer_relevancy',
  'contextual_precision',
  'contextual_relevancy',
  'contextual_recall',
  'bias',
  'toxicity',
  'role_violation',
  'image_format',
  'audio_format',
  'image_dimensions',
  'audio_duration',
  'video_duration',
  'video_resolution',
  'rest_eval',
  'rest_eval_session',
  'a2a_eval',
  'a2a_eval_session',
  'state_is',
  'transitioned_to',
  'workflow_complete',
  'workflow_transition_order',
  'workflow_tool_access',
  'spoke_in_state',
  'skill_activated',
  'skill_not_activated',
  'skill_activation_order',
  'composition_step_output',
  'composition_branch_taken',
  'composition_parallel_complete',
  'composition_output',
]);

/** The names of a check and of what it wraps. */
export function checkNamesOf(
  type: string,
  params: Record<string, unknown>,
): string[] {
  const inner = params.eval_type;
  if (!WRAPPERS.has(type) || typeof inner !== 'string') return [type];
  return [type, ...checkNamesOf(inner, asMap(params.eval_params) ?? {})];
}
