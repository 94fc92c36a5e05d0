/** Variables of prompts and user turns: `{{name}}` without blanks inside. Every value is a text. */
export type Variables = Readonly<Record<string, string>>;

const PLACEHOLDER = /\{\{([^{}\s]+)\}\}/g;
const MAX_PASSES = 10;
/** Values that contain each other can grow without end; a prompt of this size is none that anybody wrote. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** Replaces known placeholders once; unknown ones stay. */
export function substituteOnce(text: string, variables: Variables): string {
  if (!text.includes('{{')) return text;
  return text.replace(PLACEHOLDER, (whole, name: string) =>
    Object.hasOwn(variables, name) ? variables[name] : whole,
  );
}

/**
 * Renders a system prompt. Values may contain placeholders themselves, to a depth of 10.
 *
 * @returns The text, and the placeholders that nothing gave a value to.
 */
export function renderTemplate(
  template: string,
  variables: Variables,
): { text: string; unresolved: string[] } {
  let text = template;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const next = substituteOnce(text, variables);
    if (next === text || next.length > MAX_LENGTH) break;
    text = next;
  }
  const unresolved = [...text.matchAll(/\{\{[^{}]*\}\}/g)].map(m => m[0]);
  return { text, unresolved };
}

/** Replaces `{key}` by the value of the item's variant. */
export function substituteVariant(
  text: string,
  variant: Readonly<Record<string, string>>,
): string {
  let result = text;
  for (const [key, value] of Object.entries(variant)) {
    result = result.replaceAll(`{${key}}`, () => value);
  }
  return result;
}
