import { InputError } from '@backstage/errors';
import { JsonValue } from '@backstage/types';
import express, { Request, RequestHandler } from 'express';
import { CORE_SCHEMA, load } from 'js-yaml';
import { httpError } from './errorStatus';

/** Objects are small; this leaves room for long tool descriptions, and bounds what parsing can cost. */
const MAX_BODY = '1mb';
const MAX_DEPTH = 100;
/** Values in one body, each alias counted as all that it stands for. */
const MAX_VALUES = 200_000;
const JSON_TYPES = ['application/json', 'application/*+json'];
const YAML_TYPES = [
  'application/yaml',
  'application/x-yaml',
  'text/yaml',
  'text/x-yaml',
];

/** Reads the body of JSON and YAML requests as text; {@link parseBody} parses it once the caller is known. */
export function readBody(): RequestHandler {
  return express.text({
    type: [...JSON_TYPES, ...YAML_TYPES],
    limit: MAX_BODY,
  });
}

/** The body as a value. JSON and YAML by `Content-Type`; one document. */
export function parseBody(req: Request): JsonValue {
  const isYaml = Boolean(req.is(YAML_TYPES));
  if (!isYaml && !req.is(JSON_TYPES)) {
    throw httpError(
      415,
      'UnsupportedMediaTypeError',
      `Unsupported content type '${
        req.get('content-type') ?? ''
      }': send application/json or application/yaml`,
    );
  }
  const text: unknown = req.body;
  if (typeof text !== 'string' || text.trim() === '') {
    throw new InputError('The request has no body');
  }
  const value = isYaml ? parseYaml(text) : parseJson(text);
  checkSize(value);
  return value;
}

function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`Invalid JSON: ${messageOf(error)}`);
  }
}

/**
 * Parses with `js-yaml`, not with `yaml` as elsewhere: this text is a stranger's, and `yaml` takes quadratic time for a large
 * mapping (two minutes for 80,000 keys, during which the whole backend stands still).
 */
function parseYaml(text: string): JsonValue {
  try {
    // No dates and no merge keys: what JSON can say, and no more.
    return load(text, { schema: CORE_SCHEMA }) as JsonValue;
  } catch (error) {
    const message = messageOf(error);
    throw new InputError(
      message.startsWith('expected a single document')
        ? 'Invalid YAML: it has more than one document; send one object per request'
        : `Invalid YAML: ${message}`,
    );
  }
}

/** Aliases multiply: a few hundred bytes can stand for gigabytes, and whoever walks or prints the value would find out. */
function checkSize(root: JsonValue): void {
  const rest: Array<{ value: unknown; depth: number }> = [
    { value: root, depth: 0 },
  ];
  let seen = 0;
  for (let next = rest.pop(); next; next = rest.pop()) {
    const { value, depth } = next;
    if (depth > MAX_DEPTH) {
      throw new InputError(
        `The body is nested too deeply: at most ${MAX_DEPTH} levels are allowed`,
      );
    }
    if (typeof value !== 'object' || value === null) continue;
    const children = Object.values(value);
    seen += children.length;
    if (seen > MAX_VALUES) {
      throw new InputError(
        `The body has too many values, aliases followed: at most ${MAX_VALUES} are allowed`,
      );
    }
    for (const child of children) {
      rest.push({ value: child, depth: depth + 1 });
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
