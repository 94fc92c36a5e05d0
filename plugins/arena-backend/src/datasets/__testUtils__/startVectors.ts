import { once } from 'node:events';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface Vectors {
  /** Address of an API like that of OpenAI. */
  readonly url: string;
  /** Texts that were embedded. */
  readonly texts: readonly string[];
  stop(): void;
}

/**
 * A server of embeddings, each of which costs ten tokens.
 *
 * @param meaningOf - texts of the same number mean the same
 */
export async function startVectors(
  meaningOf: (text: string) => number,
): Promise<Vectors> {
  const texts: string[] = [];
  const server = createServer(async (request, response) => {
    const { input } = (await json(request)) as { input: string[] };
    texts.push(...input);
    const data = input.map((text, index) => ({
      index,
      embedding: vectorOf(meaningOf(text)),
    }));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data, usage: { total_tokens: 10 } }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    texts,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Those of different meanings are about at right angles. */
function vectorOf(meaning: number): number[] {
  return Array.from({ length: 1_536 }, (_, i) =>
    Math.sin((meaning + 1) * (i + 1) ** 2),
  );
}
