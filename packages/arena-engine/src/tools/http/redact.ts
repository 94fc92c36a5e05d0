const REDACTED = '[REDACTED]';

/** Replaces fields of a JSON value: those of a name anywhere, those of a path (`a.b`) where it leads, lists passed through. */
export function redact(value: unknown, fields: readonly string[]): unknown {
  if (fields.length === 0) return value;
  const names = new Set(fields.filter(field => !field.includes('.')));
  const paths = fields.filter(field => field.includes('.'));
  return paths.reduce(
    (result, path) => redactPath(result, path.split('.')),
    redactNames(value, names),
  );
}

function redactNames(value: unknown, names: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) {
    return value.map(entry => redactNames(entry, names));
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [
      name,
      names.has(name) ? REDACTED : redactNames(entry, names),
    ]),
  );
}

function redactPath(value: unknown, path: readonly string[]): unknown {
  if (path.length === 0) return REDACTED;
  if (Array.isArray(value)) {
    return value.map(entry => redactPath(entry, path));
  }
  const [name, ...rest] = path;
  if (
    value === null ||
    typeof value !== 'object' ||
    !Object.hasOwn(value, name)
  ) {
    return value;
  }
  return { ...value, [name]: redactPath(Reflect.get(value, name), rest) };
}
