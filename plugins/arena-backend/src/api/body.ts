import { InputError } from '@backstage/errors';
import { JsonValue } from '@backstage/types';
import express, { Request, RequestHandler } from 'express';
import { parseDocument } from 'yaml';
import { httpError } from './errorStatus';

/** Objects are small; this leaves room for long tool descriptions, and bounds what parsing can cost. */
const MAX_BODY = '1mb';
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
  return isYaml ? parseYaml(text) : parseJson(text);
}

function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`Invalid JSON: ${messageOf(error)}`);
  }
}

function parseYaml(text: string): JsonValue {
  try {
    const document = parseDocument(text, { logLevel: 'silent' });
    const [fault] = document.errors;
    if (fault) {
      throw new InputError(
        fault.code === 'MULTIPLE_DOCS'
          ? 'The body has more than one YAML document: send one object per request'
          : `Invalid YAML: ${fault.message}`,
      );
    }
    // Aliases multiply: a few hundred bytes can stand for gigabytes.
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`Invalid YAML: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  if (error instanceof RangeError) return 'it is nested too deeply';
  return error instanceof Error ? error.message : String(error);
}
