/** Variables of prompts and user turns: `{{name}}`, exactly as the variable is called, without blanks around. Every value is a text. */
export type Variables = Readonly<Record<string, string>>;

const PLACEHOLDER = /\{\{([^{}]+)\}\}/g;
const MAX_PASSES = 10;
/** Values that contain each other can grow without end; a prompt of this size is none that anybody wrote. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** Replaces known placeholders once; unknown ones stay, and so do those that would make the text too long. */
export function substituteOnce(text: string, variables: Variables): string {
  if (!text.includes('{{')) return text;
  let room = MAX_LENGTH - text.length;
  return text.replace(PLACEHOLDER, (whole, name: string) => {
    if (!Object.hasOwn(variables, name)) return whole;
    const growth = variables[name].length - whole.length;
    if (growth > room) return whole;
    room -= growth;
    return variables[name];
  });
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
    if (next === text) break;
    text = next;
  }
  const unresolved = [...text.matchAll(/\{\{[^{}]*\}\}/g)].map(m => m[0]);
  return { text, unresolved };
}

/** Replaces `{key}` by the value of the item's variant, key by key as long as the text does not grow too long. */
export function substituteVariant(
  text: string,
  variant: Readonly<Record<string, string>>,
): string {
  let result = text;
  for (const [key, value] of Object.entries(variant)) {
    const placeholder = `{${key}}`;
    let room = MAX_LENGTH - result.length;
    result = result.replaceAll(placeholder, () => {
      const growth = value.length - placeholder.length;
      if (growth > room) return placeholder;
      room -= growth;
      return value;
    });
  }
  return result;
}
