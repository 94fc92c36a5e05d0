import { ItemReport } from '@backstage-arena/plugin-arena-common';

/** Sees how a call goes. Times are on the clock of `performance.now`. @public */
export interface CallMeter {
  /** The provider's own limits hold the call back. */
  held(): void;
  /** A streamed reply grew. Pieces that arrive together count as one. */
  grew(at: number): void;
}

/** Sees one call of the system under test to its end. @public */
export interface CallProbe extends CallMeter {
  succeeded(
    /** Milliseconds, tokens, and US dollars. */
    reply: Pick<
      ItemReport,
      'ttftMs' | 'inputTokens' | 'outputTokens' | 'cachedTokens' | 'cost'
    > & { latencyMs: number },
  ): void;
  /** @param errorClass - of an item's error; absent for what is no error of the provider */
  failed(errorClass: string | undefined): void;
}
