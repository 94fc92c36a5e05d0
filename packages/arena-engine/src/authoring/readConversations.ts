import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { findRecordings } from '../evals/findRecordings';
import { readRecording } from '../evals/recordings/readRecording';
import { isPathPattern } from '../text/pathPattern';
import { readConversation } from './readConversation';
import { SavedConversation } from './SavedConversation';

const TRANSCRIPTS = 'transcripts.jsonl';
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/**
 * Reads saved conversations one after the other.
 *
 * @param input - a results folder (ours has transcripts.jsonl, the original's a JSON file for each run), a file of either sort, or a
 * pattern of such files, or of recorded sessions and transcripts; absolute or relative to `base`
 * @throws Error for a file that cannot be read, or that is no conversation although it was named.
 * @public
 */
export async function* readConversations(
  input: string,
  options: { base: string },
): AsyncGenerator<SavedConversation> {
  const absolute = path.resolve(options.base, input);
  const files = isPathPattern(input) ? await matches(absolute) : [absolute];
  for (const file of files) {
    const info = await stat(file).catch(error => {
      throw new Error(`"${file}" cannot be read: ${error.message}`);
    });
    if (info.isDirectory()) yield* readFolder(file);
    else yield* readNamed(file);
  }
}

async function matches(pattern: string): Promise<string[]> {
  const { root } = path.parse(pattern);
  const found = await findRecordings(
    root,
    pattern.slice(root.length).split(path.sep).join('/'),
  );
  if (found.length === 0) throw new Error(`No file matches "${pattern}"`);
  return found.map(file => path.join(root, file));
}

async function* readFolder(folder: string): AsyncGenerator<SavedConversation> {
  const names = (await readdir(folder)).sort();
  if (names.includes(TRANSCRIPTS)) {
    yield* readLines(path.join(folder, TRANSCRIPTS));
    return;
  }
  let isEmpty = true;
  for (const name of names.filter(file => file.endsWith('.json'))) {
    // A results folder also has an index and reports.
    const conversation = await readJson(path.join(folder, name));
    if (conversation) {
      isEmpty = false;
      yield conversation;
    }
  }
  if (isEmpty) {
    throw new Error(
      `"${folder}" has neither ${TRANSCRIPTS} nor run files of the original`,
    );
  }
}

async function* readNamed(file: string): AsyncGenerator<SavedConversation> {
  if (file.endsWith('.jsonl') && (await holdsTranscripts(file))) {
    yield* readLines(file);
    return;
  }
  const isJson = file.endsWith('.json');
  yield (isJson ? await readJson(file) : undefined) ??
    fromRecording(await readLimited(file), file);
}

/** Recordings of sessions may have an event on each line. */
async function holdsTranscripts(file: string): Promise<boolean> {
  for await (const line of linesOf(file)) {
    if (line.trim() !== '') return parse(line, `${file}:1`) !== undefined;
  }
  return true;
}

/** A session that was recorded elsewhere: it has no verdicts. */
function fromRecording(text: string, file: string): SavedConversation {
  const { messages } = file.endsWith('.jsonl')
    ? readRecording(eventsDocument(text), file, 'session')
    : readRecording(text, file, undefined);
  const id = path.basename(file).split('.')[0];
  return {
    id,
    scenario: id,
    provider: 'recorded',
    messages: messages.map(({ role, content, toolCalls }) => ({
      role,
      content,
      ...(toolCalls?.length
        ? {
            toolCalls: toolCalls.map(call => ({
              name: call.name,
              arguments: call.arguments,
            })),
          }
        : {}),
    })),
    checks: [],
    streamed: false,
  };
}

/** A document of what stands on lines. */
function eventsDocument(text: string): string {
  const events = text.split('\n').filter(line => line.trim() !== '');
  return `{"events": [${events.join(',\n')}]}`;
}

async function* readLines(file: string): AsyncGenerator<SavedConversation> {
  let number = 0;
  for await (const line of linesOf(file)) {
    number += 1;
    if (line.trim() === '') continue;
    const conversation = parse(line, `${file}:${number}`);
    if (!conversation) {
      throw new Error(`${file}:${number}: the line is no saved conversation`);
    }
    yield conversation;
  }
}

async function readJson(file: string): Promise<SavedConversation | undefined> {
  return parse(await readLimited(file), file);
}

async function readLimited(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size > MAX_FILE_BYTES) {
    throw new Error(
      `"${file}" has ${size} bytes: allowed are at most ${MAX_FILE_BYTES}`,
    );
  }
  return readFile(file, 'utf8');
}

function linesOf(file: string): AsyncIterable<string> {
  return createInterface({
    input: createReadStream(file),
    crlfDelay: Infinity,
  });
}

function parse(text: string, place: string): SavedConversation | undefined {
  try {
    return readConversation(JSON.parse(text));
  } catch (error) {
    throw new Error(
      `${place}: ${error instanceof Error ? error.message : error}`,
    );
  }
}
