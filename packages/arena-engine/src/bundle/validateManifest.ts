import { z } from 'zod/v4';
import { BundleProblem } from '../Engine';
import { nearMiss } from '../text/suggest';
import { YamlFile } from './YamlFile';

const MAX_LISTED = 8;

/** Checks a parsed file against its schema. */
export function validateManifest<S extends z.ZodType>(
  file: YamlFile,
  schema: S,
): { value?: z.output<S>; problems: BundleProblem[] } {
  if (file.problems.length > 0) return { problems: [...file.problems] };
  const parsed = schema.safeParse(file.value);
  if (parsed.success) return { value: parsed.data, problems: [] };
  return {
    problems: parsed.error.issues.flatMap(issue =>
      describe(file, schema, issue),
    ),
  };
}

function describe(
  file: YamlFile,
  schema: z.ZodType,
  issue: z.core.$ZodIssue,
): BundleProblem[] {
  const { path } = issue;
  const value = valueAt(file.value, path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = knownKeys(schema, path);
      return issue.keys.map(key => {
        const suggestion = nearMiss(key, known);
        return file.problem(
          [...path, key],
          `Unknown field "${key}"${listed(known)}`,
          { key: true, suggestion },
        );
      });
    }
    case 'invalid_value': {
      const allowed = issue.values.map(String);
      return [
        file.problem(
          path,
          value === undefined
            ? `Required field is missing: allowed are ${list(allowed)}`
            : `Invalid value ${show(value)}: allowed are ${list(allowed)}`,
          {
            suggestion:
              typeof value === 'string' ? nearMiss(value, allowed) : undefined,
          },
        ),
      ];
    }
    case 'invalid_type':
      return [
        file.problem(
          path,
          value === undefined
            ? `Required field is missing: expected ${issue.expected}`
            : `Invalid value ${show(value)}: expected ${issue.expected}`,
        ),
      ];
    default:
      return [file.problem(path, `${issue.message} (got ${show(value)})`)];
  }
}

function valueAt(value: unknown, path: ReadonlyArray<PropertyKey>): unknown {
  let current: unknown = value;
  for (const part of path) {
    if (current === null || typeof current !== 'object') return undefined;
    current = Reflect.get(current, part);
  }
  return current;
}

/** Walks the schema along a path to the object there. */
function knownKeys(
  schema: z.ZodType,
  path: ReadonlyArray<PropertyKey>,
): string[] {
  let current: unknown = schema;
  for (const part of path) {
    current = unwrap(current);
    if (current instanceof z.ZodObject) {
      current = current.shape[String(part)];
    } else if (current instanceof z.ZodArray) {
      current = current.element;
    } else if (current instanceof z.ZodRecord) {
      current = current.valueType;
    } else {
      return [];
    }
  }
  current = unwrap(current);
  return current instanceof z.ZodObject ? Object.keys(current.shape) : [];
}

function unwrap(schema: unknown): unknown {
  let current = schema;
  while (current instanceof z.ZodOptional || current instanceof z.ZodNullable) {
    current = current.unwrap();
  }
  return current;
}

function listed(known: string[]): string {
  return known.length > 0 ? `: allowed are ${list(known)}` : '';
}

function list(names: string[]): string {
  const shown = names.slice(0, MAX_LISTED).join(', ');
  return names.length > MAX_LISTED ? `${shown}, …` : shown;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
