import { below, LintReport, Path, Place } from './LintReport';

/** Fields that are read and then not used, with the reason. */
export type NoEffectTable = ReadonlyArray<
  readonly [field: string, why: string]
>;

/** Reports each field of the table that says something. */
export function reportNoEffect(
  report: LintReport,
  place: Place,
  spec: unknown,
  table: NoEffectTable,
): void {
  for (const [field, why] of table) {
    const path = field.split('.');
    if (!saysSomething(valueAt(spec, path))) continue;
    report.warn(below(place, ...path), `${field} has no effect: ${why}`, {
      key: true,
    });
  }
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      at !== null && typeof at === 'object' && Object.hasOwn(at, key)
        ? Reflect.get(at, key)
        : undefined,
    value,
  );
}

function saysSomething(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (value === false || value === 0) return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}
