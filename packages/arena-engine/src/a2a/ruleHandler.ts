import { AgentRule } from '../bundle/schemas/a2a';
import { Quirks } from '../quirks/quirks';
import { lowerCase } from '../text/goText';
import { compilePattern } from '../text/regex';
import { ToolError, ToolHandler } from '../tools/ToolHandler';

/** Answers for one skill of an agent by the rules of the arena file: the first that fits. */
export function ruleHandler(
  skill: string,
  rules: readonly AgentRule[],
  quirks: Quirks,
): ToolHandler {
  const compiled = rules
    .filter(rule => !rule.skill || rule.skill === skill)
    .map(rule => ({ rule, fits: matcher(rule, quirks) }));
  return {
    handle: ({ query }) => {
      const text = String(query);
      const found = compiled.find(({ fits }) => fits(text));
      if (!found) throw new ToolError('the agent has no answer to this query');
      const { error, response } = found.rule;
      if (error) {
        if (quirks.agentErrorIsAnswer) return { value: error };
        throw new ToolError(error);
      }
      const parts = response?.parts ?? [];
      return { value: parts.map(part => part.text ?? '').join('') };
    },
  };
}

function matcher(rule: AgentRule, quirks: Quirks): (query: string) => boolean {
  if (rule.error && quirks.agentErrorIsAnswer) return () => true;
  const { contains, regex } = rule.match ?? {};
  const part = contains ? lowerCase(contains) : undefined;
  const pattern = regex ? compilePattern(regex) : undefined;
  return query =>
    (part === undefined || lowerCase(query).includes(part)) &&
    (pattern === undefined ||
      // The schema of the arena file has no place for one that does not compile.
      (typeof pattern !== 'string' && pattern.test(query)));
}
