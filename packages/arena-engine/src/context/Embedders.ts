import { Embedder, EmbedderOptions, EmbeddingModel } from './Embedder';

/** The embedding models of a run: all conversations that use one keep to its rate together. */
export class Embedders {
  private readonly known = new Map<string, Embedder>();

  constructor(private readonly options: EmbedderOptions) {}

  of(wanted: EmbeddingModel): Embedder {
    const { provider, model, entry } = wanted;
    const name = JSON.stringify([provider, model, entry?.id]);
    let embedder = this.known.get(name);
    if (!embedder) {
      embedder = new Embedder(wanted, this.options);
      this.known.set(name, embedder);
    }
    return embedder;
  }

  close(): void {
    this.known.forEach(embedder => embedder.close());
  }
}
