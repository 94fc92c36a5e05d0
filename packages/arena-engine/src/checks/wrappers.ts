/** Wrappers that hold another check in `eval_type` and `eval_params`. */
export const WRAPPERS = new Set(['assertion', 'guardrail']);
