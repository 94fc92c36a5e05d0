import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { LineCounter, parseAllDocuments } from 'yaml';
import { CliError } from '../cli/errors';
import { resolveFromCaller } from '../cli/paths';

/** One YAML document of a file. */
export interface ObjectDocument {
  /** The file as the user named it; `-` is standard input. */
  file: string;
  /** Line of the document's first character, counted from 1. */
  line: number;
  /**
   * The document alone, below as many empty lines as stand before it in its file: whoever complains about a line then names the
   * file's own.
   */
  text: string;
  value: unknown;
}

const YAML_FILE = /\.(ya?ml|json)$/;

/** Reads the documents of files, folders and standard input, in order. Empty documents are left out. */
export async function readDocuments(
  paths: readonly string[],
  options: { recursive?: boolean } = {},
): Promise<ObjectDocument[]> {
  const documents: ObjectDocument[] = [];
  for (const path of paths) {
    for (const file of await filesOf(path, options.recursive ?? false)) {
      documents.push(...splitDocuments(file, await readSource(file)));
    }
  }
  return documents;
}

async function filesOf(path: string, recursive: boolean): Promise<string[]> {
  if (path === '-') return ['-'];
  const info = await stat(resolveFromCaller(path)).catch(error => {
    throw new CliError(`'${path}' cannot be read: ${error.message}`);
  });
  if (!info.isDirectory()) return [path];
  const names = await readdir(resolveFromCaller(path), { recursive });
  const files = names.filter(name => YAML_FILE.test(name)).sort();
  if (files.length === 0) {
    throw new CliError(`'${path}' has no .yaml, .yml or .json files`);
  }
  return files.map(name => join(path, name));
}

async function readSource(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  return readFile(resolveFromCaller(file), 'utf8');
}

function splitDocuments(file: string, source: string): ObjectDocument[] {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(source, {
    lineCounter: lines,
    logLevel: 'silent',
  });
  const documents: ObjectDocument[] = [];
  if (!Array.isArray(parsed)) return documents;
  for (const document of parsed) {
    const [error] = document.errors;
    if (error) {
      const at = error.linePos?.[0];
      throw new CliError(
        `${[file, at?.line, at?.col].filter(Boolean).join(':')}: ${
          // The library names the place once more.
          error.message.split('\n')[0].replace(/ at line \d+.*$/, '')
        }`,
      );
    }
    if (document.contents === null) continue;
    const value = document.toJS();
    if (value === null) continue;
    const [start, , end] = document.range;
    const { line } = lines.linePos(start);
    documents.push({
      file,
      line,
      text: '\n'.repeat(line - 1) + source.slice(start, end),
      value,
    });
  }
  return documents;
}
