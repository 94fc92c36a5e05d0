import { isError } from '@backstage/errors';
import { JsonObject, JsonValue } from '@backstage/types';
import { Document, isDocument, LineCounter, parseAllDocuments } from 'yaml';
import { FieldPath, parseFieldPath } from './FieldPath';
import { locateField, TextPosition } from './locateField';
import { isObject, own } from './values';

/** Something that is wrong with a text, and where. @public */
export interface TextProblem extends TextPosition {
  message: string;
}

/** One object of a text. @public */
export interface ParsedDocument {
  object: JsonValue;
  /** Where the object begins. */
  position: TextPosition;
  /** Where a field of the object stands; the nearest field above when it is not in the text. */
  locate(field: string | FieldPath): TextPosition;
}

/** @public */
export interface ParsedDocuments {
  documents: ParsedDocument[];
  /** Faults of syntax. A document with such a fault is not among the documents. */
  problems: TextProblem[];
}

/**
 * Reads a text of YAML documents (or one of JSON), remembering where each field stands. Empty documents are skipped, and a `List` is taken
 * as its items.
 *
 * @public
 */
export function parseDocuments(text: string): ParsedDocuments {
  const lines = new LineCounter();
  const documents: ParsedDocument[] = [];
  const problems: TextProblem[] = [];
  const at = (offset: number): TextPosition => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problem = (message: string, offset: number) =>
    problems.push({ message, ...at(offset) });

  for (const document of parse(text, lines, problem)) {
    for (const error of document.errors) {
      problem(
        error.message.split('\n')[0].replace(/ at line \d+.*$/, ''),
        error.pos[0],
      );
    }
    if (document.errors.length === 0 && document.contents) {
      const value = toValue(document, problem);
      if (value !== undefined && value !== null) {
        documents.push(...objectsOf(value, document, lines));
      }
    }
  }
  return { documents, problems };
}

type Report = (message: string, offset: number) => void;

function parse(
  text: string,
  lineCounter: LineCounter,
  report: Report,
): Document.Parsed[] {
  try {
    const parsed = parseAllDocuments(text, {
      lineCounter,
      prettyErrors: false,
    });
    return parsed.filter(
      (item): item is Document.Parsed =>
        isDocument(item) && Boolean(item.range),
    );
  } catch (error) {
    report(describe(error), 0);
    return [];
  }
}

/** Aliases are followed only here, and the library stops when they multiply. */
function toValue(
  document: Document.Parsed,
  report: Report,
): JsonValue | undefined {
  try {
    return document.toJS() as JsonValue;
  } catch (error) {
    report(describe(error), document.range[0]);
    return undefined;
  }
}

function describe(error: unknown): string {
  if (error instanceof RangeError) {
    return 'the text is nested too deeply';
  }
  return isError(error) ? error.message : String(error);
}

function objectsOf(
  value: JsonValue,
  document: Document.Parsed,
  lines: LineCounter,
): ParsedDocument[] {
  const parsed = (object: JsonValue, base: FieldPath): ParsedDocument => {
    const locate = (field: string | FieldPath) =>
      locateField(document, lines, [
        ...base,
        ...(typeof field === 'string' ? parseFieldPath(field) : field),
      ]);
    return { object, position: locate([]), locate };
  };
  const items = listItems(value);
  return items
    ? items.map((item, index) => parsed(item, [{ field: 'items' }, { index }]))
    : [parsed(value, [])];
}

function listItems(value: JsonValue): JsonValue[] | undefined {
  if (!isObject(value)) {
    return undefined;
  }
  const object: JsonObject = value;
  const items = own(object, 'items');
  const kind = own(object, 'kind');
  return typeof kind === 'string' &&
    kind.endsWith('List') &&
    Array.isArray(items)
    ? items
    : undefined;
}
