import {
  isMainThread,
  parentPort,
  Worker,
  workerData,
} from 'node:worker_threads';
import { parse } from 'yaml';
import { FoundTool } from '../HandlerKind';
import { operationTools } from './operationTools';

const MEMORY_MIB = 256;
const ROLE = 'arena-openapi-document';

/** Options of {@link documentTools}. */
export interface DocumentToolsOptions {
  specUrl: string;
  baseUrl?: string;
  filter?: readonly string[];
  /** Longest time for reading. */
  timeoutMs: number;
}

type Answer = { tools: FoundTool[] } | { error: string };

/**
 * The tools of an OpenAPI document. It is read in a thread of its own, with an end to time and memory: a document is foreign input, and
 * the portal must not stand still for it.
 *
 * @throws Error saying what is wrong with the document.
 */
export async function documentTools(
  text: string,
  options: DocumentToolsOptions,
): Promise<FoundTool[]> {
  const worker = new Worker(__filename, {
    workerData: { role: ROLE, text, options },
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MIB },
    execArgv: __filename.endsWith('.ts')
      ? [
          '--require',
          require.resolve('@backstage/cli/config/nodeTransform.cjs'),
        ]
      : [],
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const answer = await new Promise<Answer>((resolve, reject) => {
      timer = setTimeout(
        () =>
          resolve({
            error: `it takes longer than ${options.timeoutMs} ms to read`,
          }),
        options.timeoutMs,
      );
      worker.once('message', resolve);
      worker.on('error', error =>
        Reflect.get(Object(error), 'code') === 'ERR_WORKER_OUT_OF_MEMORY'
          ? resolve({ error: `it takes more than ${MEMORY_MIB} MiB to read` })
          : reject(error),
      );
      worker.once('exit', code =>
        reject(new Error(`the thread that reads it ended with code ${code}`)),
      );
    });
    if ('error' in answer) throw new Error(answer.error);
    return answer.tools;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

function answerTo(text: string, options: DocumentToolsOptions): Answer {
  try {
    return { tools: operationTools(readDocument(text), options) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** JSON is YAML, but read much faster. */
function readDocument(text: string): unknown {
  try {
    return text.trimStart().startsWith('{') ? JSON.parse(text) : parse(text);
  } catch {
    throw new Error('it is neither JSON nor YAML');
  }
}

// This file is also what the thread runs.
if (!isMainThread && workerData?.role === ROLE) {
  parentPort?.postMessage(answerTo(workerData.text, workerData.options));
}
