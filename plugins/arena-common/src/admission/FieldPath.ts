/**
 * One step of the way to a field: a field of an object, a key of a map, or an index of a list.
 *
 * @public
 */
export type FieldPathSegment =
  | { field: string }
  | { key: string }
  | { index: number };

/** The way from the root of an object to a field. @public */
export type FieldPath = readonly FieldPathSegment[];

/**
 * Writes a path as `kubectl` does: `spec.providers[default][0].providerRef`.
 *
 * @public
 */
export function formatFieldPath(path: FieldPath): string {
  let text = '';
  for (const segment of path) {
    if ('field' in segment) {
      text += text ? `.${segment.field}` : segment.field;
    } else {
      text += `[${'key' in segment ? segment.key : segment.index}]`;
    }
  }
  return text;
}

/**
 * Reads what {@link formatFieldPath} wrote. A number in brackets may be an index or a key: it is read as an index.
 *
 * @public
 */
export function parseFieldPath(text: string): FieldPath {
  const segments: FieldPathSegment[] = [];
  for (const [, name, bracket] of text.matchAll(/([^.[\]]+)|\[([^\]]*)\]/g)) {
    if (name !== undefined) {
      segments.push({ field: name });
    } else if (/^\d+$/.test(bracket)) {
      segments.push({ index: Number(bracket) });
    } else {
      segments.push({ key: bracket });
    }
  }
  return segments;
}

/** Reads the field path of a CEL rule, such as `.git.url`. @internal */
export function rulePath(fieldPath: string | undefined): FieldPath {
  return fieldPath
    ? fieldPath
        .split('.')
        .filter(Boolean)
        .map(field => ({ field }))
    : [];
}
