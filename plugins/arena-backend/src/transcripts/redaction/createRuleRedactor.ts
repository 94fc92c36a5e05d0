import { noRedactor, Redactor } from '../createRedactor';
import { replaceInJson } from '../replaceStrings';
import { RedactionRule } from './RedactionRule';

/** Takes out what rules find, one rule after the other. */
export function createRuleRedactor(rules: readonly RedactionRule[]): Redactor {
  if (rules.length === 0) return noRedactor;
  const replace = (text: string) =>
    rules.reduce((rest, rule) => applyRule(rest, rule), text);
  return {
    text: replace,
    json: json => replaceInJson(json, replace),
  };
}

function applyRule(text: string, rule: RedactionRule): string {
  const { pattern, replacement, partsOf } = rule;
  const matcher = pattern.matcher(text);
  const pieces: string[] = [];
  let end = 0;
  while (matcher.find()) {
    const found = matcher.group() ?? '';
    if (found === '') continue;
    const at = matcher.start();
    for (const [from, to] of partsOf?.(found) ?? [[0, found.length]]) {
      pieces.push(text.slice(end, at + from), replacement);
      end = at + to;
    }
  }
  return end === 0 ? text : `${pieces.join('')}${text.slice(end)}`;
}
