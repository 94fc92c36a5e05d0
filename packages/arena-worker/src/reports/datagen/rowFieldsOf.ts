/** Properties of schemas of rows, in their order, those of the first schema first. */
export function rowFieldsOf(schemas: readonly unknown[]): string[] {
  const fields = schemas.flatMap(schema => {
    const properties: unknown = Reflect.get(Object(schema), 'properties');
    return Object.keys(Object(properties));
  });
  return [...new Set(fields)];
}
