import { asMap } from '../checks/CheckParams';
import { isTextTooDeep } from '../text/jsonDepth';

const TRUE_TEXTS = new Set(['true', 'yes', '1', 'on', 'y', 't']);
const FALSE_TEXTS = new Set(['false', 'no', '0', 'off', 'n', 'f']);

/**
 * Bends arguments towards the schema where the meaning is plain, as models often send `"3"` for 3: numeric texts, yes/no,
 * JSON in a text, a single element for a list, enum values in another case. An optional null is dropped. What cannot be
 * bent stays as it is, and the validation refuses it.
 */
export function coerceArguments(
  args: Record<string, unknown>,
  schema: unknown,
): Record<string, unknown> {
  const map = asMap(schema) ?? {};
  const properties = asMap(map.properties) ?? {};
  const required = new Set(Array.isArray(map.required) ? map.required : []);
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(args)) {
    const property = properties[name];
    if (value === null && property !== undefined && !required.has(name))
      continue;
    result[name] = property === undefined ? value : coerce(value, property);
  }
  return result;
}

function coerce(value: unknown, schema: unknown): unknown {
  const map = asMap(schema);
  if (!map) return value;
  if (Array.isArray(map.enum)) {
    const choice = findChoice(value, map.enum);
    if (choice !== undefined) return choice;
  }
  switch (map.type) {
    case 'integer':
    case 'number':
      return coerceNumber(value, map.type);
    case 'boolean':
      return coerceBoolean(value);
    case 'array': {
      const parsed = parseWhole(value, '[');
      const list = Array.isArray(parsed) ? parsed : [value];
      return list.map(entry => coerce(entry, map.items));
    }
    case 'object': {
      const object = asMap(parseWhole(value, '{'));
      return object ? coerceArguments(object, map) : value;
    }
    default:
      return value;
  }
}

/** What a text stands for when it is the JSON of a list or of a map; other values are themselves. */
function parseWhole(value: unknown, bracket: '[' | '{'): unknown {
  if (typeof value !== 'string' || !value.trim().startsWith(bracket)) {
    return value;
  }
  if (isTextTooDeep(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function findChoice(value: unknown, allowed: unknown[]): unknown {
  if (allowed.includes(value)) return value;
  if (typeof value !== 'string') return undefined;
  const wanted = value.trim().toLowerCase();
  return allowed.find(
    entry => typeof entry === 'string' && entry.toLowerCase() === wanted,
  );
}

function coerceNumber(value: unknown, type: 'integer' | 'number'): unknown {
  if (typeof value !== 'string') return value;
  const text = value.trim();
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return value;
  const number = Number(text);
  return type === 'integer' && !Number.isInteger(number) ? value : number;
}

function coerceBoolean(value: unknown): unknown {
  if (value === 1) return true;
  if (value === 0) return false;
  if (typeof value !== 'string') return value;
  const text = value.trim().toLowerCase();
  if (TRUE_TEXTS.has(text)) return true;
  if (FALSE_TEXTS.has(text)) return false;
  return value;
}
