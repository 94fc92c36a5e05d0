/** HTML that may stand in a page as it is. Only made by {@link html} and {@link raw}. */
export class Markup {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

/** What may stand in a template: strings and numbers are escaped, lists are joined, and what is absent leaves nothing. */
export type Content =
  | Markup
  | string
  | number
  | undefined
  | false
  | readonly Content[];

/** A template of HTML (or SVG in it) in which all values are escaped, in text and in quoted attributes. */
export function html(
  strings: TemplateStringsArray,
  ...values: Content[]
): Markup {
  return new Markup(
    strings.reduce((text, part, i) => text + toText(values[i - 1]) + part),
  );
}

/** @param text - known to be HTML, or the content of a script or style */
export function raw(text: string): Markup {
  return new Markup(text);
}

/** JSON that may stand in a `script` element. */
export function rawJson(value: unknown): Markup {
  return raw(JSON.stringify(value).replace(/</g, '\\u003c'));
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function toText(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(toText).join('');
  return String(content).replace(/[&<>"']/g, character => ESCAPES[character]);
}
