/**
 * Tells within this process that a run has come to a point at which somebody who waits for it should look. Other replicas learn it by
 * looking.
 */
export class RunSignal {
  readonly #listeners = new Set<(runId: string) => void>();

  announce(runId: string): void {
    for (const listener of this.#listeners) listener(runId);
  }

  /** @returns ends listening */
  listen(listener: (runId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
