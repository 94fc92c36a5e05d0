import { Backend } from './processes';

const PAUSE_MS = 50;

/** Reads the catalog again and again, and live streams of a run, as people with browsers would. */
export async function probe(backend: Backend, runId: string, viewers: number) {
  const abort = new AbortController();
  const { signal } = abort;
  const latencies: number[] = [];
  const events = new Array<number>(viewers).fill(0);
  const url = `${backend.url}/stream?topic=jobs&topic=run:${runId}`;
  const streams = await Promise.all(events.map(() => fetch(url, { signal })));
  const reading = streams.map((stream, index) =>
    watch(stream, index).catch(ignoreAbort),
  );

  const asking = (async () => {
    const catalog = new URL('/api/catalog/entities?limit=20', backend.url);
    while (!signal.aborted) {
      const begin = performance.now();
      const response = await fetch(catalog, { signal });
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
      await Promise.all([...reading, asking]);
      return { latencies, events };
    },
  };

  /** Streams end after a while; browsers come back. */
  async function watch(first: Response, index: number): Promise<void> {
    for (let stream = first; ; stream = await fetch(url, { signal })) {
      if (!stream.ok) {
        throw new Error(`A live stream began with status ${stream.status}`);
      }
      const chunks = stream.body!.pipeThrough(new TextDecoderStream());
      for await (const chunk of chunks) {
        events[index] += chunk.split('data: ').length - 1;
      }
    }
  }

  function ignoreAbort(error: unknown): void {
    if (!signal.aborted) throw error;
  }
}
