import { CORE_SCHEMA, load } from 'js-yaml';

/** Beyond it the limits of the thorough parser are worth their time. */
const MAX_LENGTH = 64 * 1024;
const MAX_BRACKETS = 100;

/**
 * What needs the limits of the thorough parser, or what the two libraries read in different ways: anchors, aliases, tags, merge keys,
 * directives, several documents, explicit and empty keys, tabs, control characters, lists within lists on one line, deep
 * indentation, numbers of YAML 1.1.
 */
const NOT_PLAIN = new RegExp(
  [
    /[^\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe]/,
    /(?:^|[\s,[{(:-])[&*!]/,
    /<</,
    /^%/m,
    /^(?:---|\.\.\.)/m,
    /(?:^|[\s,[{-])[?~](?:\s|:|$)/m,
    /(?:^|[,{[-])\s*:(?:\s|$)/m,
    /- -/,
    /(?:^|[:-]\s|[,[{])\s*[{[]\s*[{[]/,
    /^ {80}/m,
    /\d_/,
    /\b0[box]/i,
    /(?:^|[\s,[{:])(?:[-+]0|0\d)/,
    /[|>][-+]?\d/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'm',
);

/** A text in quotes that begins and ends on one line, as a whole value or key. */
const QUOTED =
  /(^|[\s,[{:-])(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*')(?=[ ]*(?:$|[,\]}:]| #))/gm;
/** What is left of quotes, and of lists and maps in brackets, that do not end on their line. */
const OPEN = /(?:^|[\s,[{:-])["']|[[{][^\]}\n]*$/m;

/**
 * Reads YAML as nearly all files are written, several times faster than the parser that knows places and has limits for whatever
 * text.
 *
 * @returns undefined when that parser has to read the text: it is not plain, or wrong.
 */
export function readPlainYaml(text: string): { value: unknown } | undefined {
  if (text.length > MAX_LENGTH || NOT_PLAIN.test(text)) return undefined;
  // The library overlooks what is wrong with these.
  if (OPEN.test(text.replace(QUOTED, '$1'))) return undefined;
  if ((text.match(/[[{]/g)?.length ?? 0) > MAX_BRACKETS) return undefined;
  try {
    const value = load(text, { schema: CORE_SCHEMA });
    return value === undefined || value === null ? undefined : { value };
  } catch {
    // The other parser says what is wrong, and where.
    return undefined;
  }
}
