import { Backend } from './processes';

const PAUSE_MS = 50;

/** The value below which the given part of the values lies. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = Math.ceil(part * sorted.length) - 1;
  return sorted[Math.max(0, position)];
}

/** Reads the catalog again and again, and the live stream of a run, as people with browsers would. */
export async function probe(backend: Backend, runId: string) {
  const abort = new AbortController();
  const latencies: number[] = [];
  let events = 0;

  const stream = await fetch(`${backend.url}/stream/${runId}`, {
    signal: abort.signal,
  });
  const reading = (async () => {
    for await (const chunk of stream.body!.pipeThrough(
      new TextDecoderStream(),
    )) {
      events += chunk.split('data: ').length - 1;
    }
  })().catch(ignoreAbort);

  const asking = (async () => {
    const url = new URL('/api/catalog/entities?limit=20', backend.url);
    while (!abort.signal.aborted) {
      const begin = performance.now();
      const response = await fetch(url, { signal: abort.signal });
      const entities = await response.json();
      if (!response.ok || !Array.isArray(entities)) {
        throw new Error(`The catalog answered with status ${response.status}`);
      }
      latencies.push(performance.now() - begin);
      await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
    }
  })().catch(ignoreAbort);

  return {
    async stop() {
      abort.abort();
      await Promise.all([reading, asking]);
      return { latencies, events };
    },
  };

  function ignoreAbort(error: unknown): void {
    if (!abort.signal.aborted) throw error;
  }
}
