import { LoggerService } from '@backstage/backend-plugin-api';
import { secretForms } from '@backstage-arena/plugin-arena-common';
import { MIN_SECRET_LENGTH } from './minSecretLength';
import { replaceInJson } from './replaceStrings';

/** Takes secrets out of what is about to be stored. */
export interface Redactor {
  /** For plain text. */
  text(text: string): string;
  /** For the text of a JSON document, which stays one. */
  json(json: string): string;
}

/** Stands where a secret was. */
export const REDACTED = '[REDACTED]';

/**
 * Creates a redactor for known secrets. Finds them in all forms of {@link secretForms}.
 *
 * @param secrets - Read at each use, so that a secret that was added later is known.
 * @param options - Where it is told, once, that some are too short to be looked for.
 */
export function createRedactor(
  secrets: readonly string[] | (() => readonly string[]),
  options: { logger?: Pick<LoggerService, 'warn'> } = {},
): Redactor {
  let warned = false;
  let source: readonly string[] | undefined;
  let signs: string[] = [];
  let pattern: RegExp | undefined;

  const refresh = () => {
    const current = typeof secrets === 'function' ? secrets() : secrets;
    if (current === source) return;
    source = current;
    const needles = secretForms(
      current.filter(secret => secret.length >= MIN_SECRET_LENGTH),
    );
    signs = signsOf(needles);
    const short = current.filter(isTooShort).length;
    if (short > 0 && !warned) {
      warned = true;
      options.logger?.warn(
        `${short} secret(s) have fewer than ${MIN_SECRET_LENGTH} characters and are not taken out of transcripts, because ordinary words would go with them`,
      );
    }
    pattern = needles.length
      ? new RegExp(needles.map(escapeRegExp).join('|'), 'g')
      : undefined;
  };
  // `includes` is many times faster than the pattern, and nearly all texts have no secret.
  const mayHold = (text: string) => signs.some(sign => text.includes(sign));
  const replace = (text: string) =>
    pattern ? text.replace(pattern, REDACTED) : text;

  return {
    text(text) {
      refresh();
      return mayHold(text) ? replace(text) : text;
    },
    json(json) {
      refresh();
      if (!mayHold(json)) return json;
      return replaceInJson(json, replace);
    },
  };
}

/** Nothing is secret. */
export const noRedactor: Redactor = { text: text => text, json: json => json };

/** What a text has, or the text of a JSON document, when one of the needles is in it: those that no other one is a part of. */
function signsOf(needles: readonly string[]): string[] {
  const forms = needles.flatMap(needle => [
    needle,
    JSON.stringify(needle).slice(1, -1),
  ]);
  forms.sort((a, b) => a.length - b.length);
  const signs: string[] = [];
  for (const form of forms) {
    if (!signs.some(sign => form.includes(sign))) signs.push(form);
  }
  return signs;
}

function isTooShort(secret: string): boolean {
  return secret !== '' && secret.length < MIN_SECRET_LENGTH;
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
