import { InputError } from '@backstage/errors';
import { JsonObject, JsonValue } from '@backstage/types';

const API_VERSION = 'promptkit.altairalabs.ai/v1alpha1';
const MAX_DESCRIPTION = 200;
const PLACEHOLDER = /\{\{\s*([^{}]+?)\s*\}\}/g;

/** A scenario of a bundle. @public */
export interface RowScenario {
  apiVersion: string;
  kind: 'Scenario';
  metadata: { name: string; labels?: Record<string, string> };
  spec: {
    task_type: string;
    description: string;
    turns: Array<{ role: 'user'; content: string }>;
  };
}

/** @public */
export interface RowScenarioOptions {
  /** Name of the scenario. */
  id: string;
  /** Of the prompt that is to answer. */
  taskType: string;
  /** What the user says, with `{{field}}` for the row's fields. Absent: the user's messages of a dialogue, or `text`. */
  text?: string;
  /** Fields of the row that become labels. */
  labels?: readonly string[];
}

/**
 * Makes a scenario of a generated row, in which the user says what the row says.
 *
 * @throws InputError when nobody knows what the user is to say, or a field does not exist
 * @public
 */
export function rowScenario(
  row: JsonObject,
  { id, taskType, text, labels = [] }: RowScenarioOptions,
): RowScenario {
  const said = text === undefined ? ownTexts(row) : [fill(text, row)];
  const [first = ''] = said;
  if (first.trim() === '') {
    throw new InputError(
      `${id}: the user would say nothing. Name fields of the row as in '{{subject}}': it has ${Object.keys(
        row,
      ).join(', ')}`,
    );
  }
  const labelled = labels.map(field => [field, valueOf(row, field)] as const);
  return {
    apiVersion: API_VERSION,
    kind: 'Scenario',
    metadata: {
      name: id,
      ...(labelled.length > 0 && { labels: Object.fromEntries(labelled) }),
    },
    spec: {
      task_type: taskType,
      description: first.replace(/\s+/g, ' ').slice(0, MAX_DESCRIPTION),
      turns: said.map(content => ({ role: 'user', content })),
    },
  };
}

/** What the user says in a dialogue, or the one text that a row is. */
function ownTexts(row: JsonObject): string[] {
  const { messages, text } = row;
  if (Array.isArray(messages)) {
    return messages.flatMap(message => {
      const { role, content } = (message ?? {}) as JsonObject;
      return role === 'user' && typeof content === 'string' ? [content] : [];
    });
  }
  return typeof text === 'string' ? [text] : [];
}

function fill(template: string, row: JsonObject): string {
  return template.replace(PLACEHOLDER, (_, field: string) =>
    valueOf(row, field),
  );
}

function valueOf(row: JsonObject, field: string): string {
  const value: JsonValue | undefined = Object.hasOwn(row, field)
    ? row[field]
    : undefined;
  if (value === undefined) {
    throw new InputError(
      `'${field}' is no field of the row: it has ${Object.keys(row).join(
        ', ',
      )}`,
    );
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
