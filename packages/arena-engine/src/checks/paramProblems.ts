import { z } from 'zod/v4';
import { nearMiss } from '../text/suggest';
import { CheckDefinition } from './Check';

/** What is wrong with a check as it is written, and where. */
export interface CheckProblem {
  /** From the check itself: `['type']`, `['params', 'patterns', 0]`. */
  path: Array<string | number>;
  message: string;
  /** What was probably meant. */
  suggestion?: string;
}

/** The shape of a JSON schema, as far as it takes to find the names that are allowed at some place. */
interface SchemaNode {
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  additionalProperties?: SchemaNode | boolean;
  anyOf?: SchemaNode[];
}

/** Marks a fault within a text or a map that has the right type, such as a pattern that does not compile. */
export const CONTENT = { content: true };

/** Faults of parameters. Thresholds (`min_score`, `max_score`) are not parameters. */
export function paramProblems(
  definition: Pick<CheckDefinition, 'params'>,
  params: Readonly<Record<string, unknown>>,
): CheckProblem[] {
  return issuesOf(definition, params).flatMap(issue =>
    problemsOf(issue, definition, params),
  );
}

/** Only what is missing or of a wrong type: neither unknown names, nor contents that are no pattern, schema or expression. */
export function shapeProblems(
  definition: Pick<CheckDefinition, 'params'>,
  params: Readonly<Record<string, unknown>>,
): CheckProblem[] {
  return issuesOf(definition, params)
    .filter(
      issue =>
        issue.code !== 'unrecognized_keys' &&
        !(issue.code === 'custom' && issue.params?.content === true),
    )
    .flatMap(issue => problemsOf(issue, definition, params));
}

function issuesOf(
  definition: Pick<CheckDefinition, 'params'>,
  params: Readonly<Record<string, unknown>>,
): z.core.$ZodIssue[] {
  const parsed = definition.params.safeParse(params);
  return parsed.success ? [] : parsed.error.issues;
}

function problemsOf(
  issue: z.core.$ZodIssue,
  definition: Pick<CheckDefinition, 'params'>,
  params: Readonly<Record<string, unknown>>,
): CheckProblem[] {
  const path = issue.path.map(key =>
    typeof key === 'number' ? key : String(key),
  );
  if (issue.code === 'unrecognized_keys') {
    const known = knownNames(definition, path);
    return issue.keys.map(key => unknownName([...path, key], key, known));
  }
  return [{ path, message: words(issue, valueAt(params, path)) }];
}

/** A problem as one line. */
export function describeProblem(problem: CheckProblem): string {
  const { path, message, suggestion } = problem;
  const hint =
    suggestion === undefined ? '' : `. Did you mean "${suggestion}"?`;
  return `${path.length > 0 ? `${path.join('.')}: ` : ''}${message}${hint}`;
}

function unknownName(
  path: Array<string | number>,
  name: string,
  known: string[],
): CheckProblem {
  const suggestion = nearMiss(name, known);
  const allowed =
    known.length > 0
      ? `known are ${known.join(', ')}`
      : 'there are no parameters';
  return {
    path,
    message: `Unknown parameter "${name}" (${allowed})`,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function words(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'custom') return issue.message;
  if (value === undefined) return 'Required, and not given';
  return `${issue.message}, got ${shorten(value)}`;
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function valueAt(value: unknown, path: ReadonlyArray<string | number>) {
  return path.reduce<unknown>(
    (at, key) =>
      at !== null && typeof at === 'object' && Object.hasOwn(at, key)
        ? new Map(Object.entries(at)).get(String(key))
        : undefined,
    value,
  );
}

function knownNames(
  definition: Pick<CheckDefinition, 'params'>,
  path: ReadonlyArray<string | number>,
): string[] {
  let node: SchemaNode | undefined = z.toJSONSchema(definition.params, {
    io: 'input',
    unrepresentable: 'any',
  }) as SchemaNode;
  for (const key of path) node = node && childOf(node, key);
  return Object.keys(node?.properties ?? {});
}

function childOf(
  node: SchemaNode,
  key: string | number,
): SchemaNode | undefined {
  if (typeof key === 'number') return node.items;
  const { additionalProperties: rest } = node;
  return (
    node.properties?.[key] ?? (typeof rest === 'object' ? rest : undefined)
  );
}
