import { IncomingMessage } from 'node:http';
import { z } from 'zod/v4';
import { KubeApiError } from './kubeErrors';
import { KubeObject } from './KubeObject';

/** One line of a watch. */
export type WatchLine =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubeObject }
  /** Nothing changed up to this version. */
  | { type: 'BOOKMARK'; resourceVersion: string };

const lineSchema = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.looseObject({
    code: z.number().optional(),
    metadata: z.looseObject({}).optional(),
  }),
});

/**
 * Reads a watch until the API server ends it.
 *
 * @param options.stallMs - without a line for so long, bookmarks included, the connection counts as dead
 * @throws KubeApiError for an error that the API server reports within the watch
 */
export async function* readWatch(
  response: IncomingMessage,
  options: { request: string; stallMs: number },
): AsyncGenerator<WatchLine> {
  const { request, stallMs } = options;
  const watchdog = setTimeout(() => {
    response.destroy(
      new Error(`${request}: neither a change nor a bookmark in ${stallMs} ms`),
    );
  }, stallMs).unref();
  try {
    for await (const line of readLines(response)) {
      watchdog.refresh();
      yield parseLine(line, request);
    }
  } finally {
    clearTimeout(watchdog);
    response.destroy();
  }
}

function parseLine(line: string, request: string): WatchLine {
  const { type, object } = lineSchema.parse(JSON.parse(line));
  if (type === 'ERROR') {
    throw new KubeApiError({ request, code: object.code ?? 500, body: object });
  }
  const resourceVersion = String(object.metadata?.resourceVersion ?? '');
  return type === 'BOOKMARK' ? { type, resourceVersion } : { type, object };
}

async function* readLines(response: IncomingMessage): AsyncGenerator<string> {
  response.setEncoding('utf8');
  let parts: string[] = [];
  for await (const chunk of response) {
    const lines = String(chunk).split('\n');
    parts.push(lines[0]);
    for (const next of lines.slice(1)) {
      const line = parts.join('');
      parts = [next];
      if (line.trim()) yield line;
    }
  }
}
