import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { RE2JS } from 're2js';
import {
  BUILT_IN_RULES,
  builtInRule,
} from '../transcripts/redaction/builtInRules';
import { RedactionRule } from '../transcripts/redaction/RedactionRule';
import { checkKeys } from './checkKeys';

const SECTION = 'arena.redaction';
const MAX_RULES = 100;
const MAX_PATTERN = 2_000;
/** Instructions; the time of a match grows with them. */
const MAX_PROGRAM = 2_000;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** Reads `arena.redaction`: the rules in their order, those that come with Arena first. */
export function readRedaction(config: Config | undefined): RedactionRule[] {
  if (!config) return [];
  checkKeys(config, SECTION, ['builtIn', 'patterns']);
  const builtIn = (config.getOptionalStringArray('builtIn') ?? []).map(
    (name, index) => {
      if (!BUILT_IN_RULES.includes(name)) {
        throw invalid(
          `builtIn[${index}]`,
          `'${name}' is not one of ${BUILT_IN_RULES.join(', ')}`,
        );
      }
      return builtInRule(name);
    },
  );
  const own = (config.getOptionalConfigArray('patterns') ?? []).map(
    readPattern,
  );
  const rules = [...builtIn, ...own];
  if (rules.length > MAX_RULES) {
    throw invalid(
      'patterns',
      `there are ${rules.length} rules with those of 'builtIn', at most ${MAX_RULES} are allowed`,
    );
  }
  const names = rules.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw invalid('patterns', `two rules have the name '${twice}'`);
  }
  return rules;
}

function readPattern(config: Config, index: number): RedactionRule {
  const at = `patterns[${index}]`;
  checkKeys(config, `${SECTION}.${at}`, ['name', 'pattern', 'replacement']);
  const name = config.getString('name');
  if (!NAME.test(name)) {
    throw invalid(
      `${at}.name`,
      `'${name}' is no name: letters, digits, '.', '_' and '-' are allowed, 63 at most`,
    );
  }
  const source = config.getString('pattern');
  return {
    name,
    pattern: compile(source, `${at}.pattern`),
    replacement:
      config.getOptionalString('replacement') ?? `[REDACTED ${name}]`,
  };
}

function compile(source: string, at: string): RE2JS {
  if (source.length > MAX_PATTERN) {
    throw invalid(
      at,
      `it has ${source.length} characters, at most ${MAX_PATTERN} are allowed`,
    );
  }
  // The library has look-behind as an extension, which RE2 has not.
  if (/\(\?<[=!]/.test(source)) {
    throw invalid(at, `'${source}': look-around is not part of RE2`);
  }
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(source);
  } catch (error) {
    throw invalid(
      at,
      `'${source}' is no pattern of RE2: ${
        error instanceof Error ? error.message : error
      }`,
    );
  }
  const size = pattern.programSize();
  if (size > MAX_PROGRAM) {
    throw invalid(
      at,
      `'${source}' is too large: it compiles to ${size} instructions, at most ${MAX_PROGRAM} are allowed`,
    );
  }
  if (pattern.matcher('').find()) {
    throw invalid(at, `'${source}' matches the empty text`);
  }
  return pattern;
}

function invalid(key: string, message: string): InputError {
  return new InputError(
    `Invalid value in config at ${SECTION}.${key}: ${message}`,
  );
}
