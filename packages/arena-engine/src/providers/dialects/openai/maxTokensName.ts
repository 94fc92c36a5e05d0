/** Models that reason refuse the older name of the parameter; most other servers know only that one. */
export function maxTokensName(model: string): string {
  return /(^|\/)(o[1-9]|gpt-[5-9])/.test(model)
    ? 'max_completion_tokens'
    : 'max_tokens';
}
