/** Texts in groups. */
export interface NestedMessages {
  readonly [key: string]: string | NestedMessages;
}

/** Texts in groups, by the whole keys that the framework gives them: `group.name`. */
export function flatMessages(messages: NestedMessages): Record<string, string> {
  return Object.fromEntries(entriesOf(messages, ''));
}

function entriesOf(
  messages: NestedMessages,
  prefix: string,
): Array<[string, string]> {
  return Object.entries(messages).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[`${prefix}${key}`, value] as [string, string]]
      : entriesOf(value, `${prefix}${key}.`),
  );
}
