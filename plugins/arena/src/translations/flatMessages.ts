/** Texts in groups. */
export interface NestedMessages {
  readonly [key: string]: string | NestedMessages;
}

/** The keys that the framework gives to texts in groups: `group.name`. */
export type FlatKeys<T> = {
  [K in keyof T & string]: T[K] extends string ? K : `${K}.${FlatKeys<T[K]>}`;
}[keyof T & string];

/** Texts in groups, by their whole keys. */
export function flatMessages<T extends NestedMessages>(
  messages: T,
): { [K in FlatKeys<T>]: string } {
  return Object.fromEntries(entriesOf(messages, '')) as {
    [K in FlatKeys<T>]: string;
  };
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
