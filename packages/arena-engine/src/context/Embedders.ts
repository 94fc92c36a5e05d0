import { RelevancePolicy } from '../bundle/schemas/scenario';
import { Embedder, EmbedderOptions } from './Embedder';

/** The embedding models of a run: all conversations that use one keep to its rate together. */
export class Embedders {
  private readonly known = new Map<string, Embedder>();

  constructor(private readonly options: EmbedderOptions) {}

  of(relevance: Pick<RelevancePolicy, 'provider' | 'model'>): Embedder {
    const name = `${relevance.provider} ${relevance.model ?? ''}`;
    let embedder = this.known.get(name);
    if (!embedder) {
      embedder = new Embedder(relevance, this.options);
      this.known.set(name, embedder);
    }
    return embedder;
  }

  close(): void {
    this.known.forEach(embedder => embedder.close());
  }
}
