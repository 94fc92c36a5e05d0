import { RE2JS } from 're2js';
import { cardNumbersIn } from './cardNumbersIn';
import { RedactionRule } from './RedactionRule';

const PATTERNS: Record<
  string,
  { pattern: string; partsOf?: RedactionRule['partsOf'] }
> = {
  email: {
    pattern: String.raw`[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}`,
  },
  'card-number': {
    pattern: String.raw`\b[0-9](?:[ -]?[0-9]){12,}\b`,
    partsOf: cardNumbersIn,
  },
  'private-key': {
    pattern: String.raw`-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[A-Za-z0-9+/=\s:,\\-]*?-----END [A-Z ]{0,30}PRIVATE KEY-----`,
  },
  'api-key': {
    pattern: String.raw`\b(?:sk-[A-Za-z0-9_-]{20,}|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}|glpat-[A-Za-z0-9_-]{20,}|xox[abposr]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}|A(?:KIA|SIA)[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{35})`,
  },
  'bearer-token': {
    pattern: String.raw`(?i)\bbearer\s+[A-Za-z0-9._~+/-]{16,}=*`,
  },
  jwt: {
    pattern: String.raw`\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}`,
  },
};

/** Names of the rules that come with Arena. */
export const BUILT_IN_RULES: readonly string[] = Object.keys(PATTERNS);

/** @param name - one of `BUILT_IN_RULES` */
export function builtInRule(name: string): RedactionRule {
  const { pattern, partsOf } = PATTERNS[name];
  return {
    name,
    pattern: RE2JS.compile(pattern),
    replacement: `[REDACTED ${name}]`,
    partsOf,
  };
}
