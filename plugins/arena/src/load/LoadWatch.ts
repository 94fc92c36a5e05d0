import { ArenaApi, LoadState } from '@backstage-arena/plugin-arena-common';
import { toError } from '@backstage/errors';
import { isRefusal } from '../lib/errors';
import { LoadSeries } from './LoadSeries';

/** Time between two questions, in milliseconds. */
const INTERVAL_MS = 1_000;
const INTERVAL_AFTER_ERROR_MS = 5_000;
/** Seconds of an answer from which on there may be more at once: it is not only what happened since the last one. */
const FULL_PAGE = 600;

/** What is known of a load test. */
export interface LoadView {
  state?: LoadState;
  /** Why the last question had no answer. */
  error?: Error;
  /** No other question follows: the reader may not know, or there is nothing to be known (any more). */
  isRefused?: boolean;
}

/** Follows the load test of a run from its first second until it is over, and tells those who show it. */
export class LoadWatch {
  readonly series = new LoadSeries();
  private current: LoadView = {};
  /** Counts the answers to commands: questions that were asked before are late. */
  private commands = 0;
  private readonly listeners = new Set<() => void>();
  private readonly api: Pick<ArenaApi, 'load' | 'loadSeries'>;
  private readonly runId: string;
  private readonly intervalMs: number;

  constructor(options: {
    api: Pick<ArenaApi, 'load' | 'loadSeries'>;
    runId: string;
    intervalMs?: number;
  }) {
    this.api = options.api;
    this.runId = options.runId;
    this.intervalMs = options.intervalMs ?? INTERVAL_MS;
  }

  get view(): LoadView {
    return this.current;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Takes over what a command was answered with. */
  accept(state: LoadState): void {
    this.commands++;
    this.show({ state });
  }

  /** Asks until the test is over and all of it is here, the server refuses to tell, or the signal ends it. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let wait = this.intervalMs;
      try {
        if (await this.ask(signal)) return;
      } catch (error) {
        if (signal.aborted) return;
        const isRefused = isRefusal(error);
        this.show({ ...this.current, error: toError(error), isRefused });
        if (isRefused) return;
        wait = Math.max(wait, INTERVAL_AFTER_ERROR_MS);
      }
      await sleep(wait, signal);
    }
  }

  /** @returns true when nothing more will come */
  private async ask(signal: AbortSignal): Promise<boolean> {
    const before = this.commands;
    const state = await this.api.load(this.runId, { signal });
    if (signal.aborted) return true;
    if (before !== this.commands) return false;
    this.show({ ...this.current, state });
    const isOver = state.phase === 'over';
    await this.readSeries(signal, isOver);
    if (signal.aborted) return true;
    if (isOver) this.series.complete();
    if (this.current.error) this.show({ state: this.current.state });
    return isOver;
  }

  /** An answer holds an hour at most: what is behind is read at once. */
  private async readSeries(signal: AbortSignal, all: boolean): Promise<void> {
    // Seconds that came late may have been completed long after they were read.
    let from = all ? 0 : this.series.next;
    for (;;) {
      const page = await this.api.loadSeries(this.runId, { from }, { signal });
      if (signal.aborted) return;
      this.series.merge(page);
      const read = page.next - from;
      if (read <= 0 || page.rows.length === 0) return;
      if (!all && read < FULL_PAGE) return;
      from = page.next;
    }
  }

  private show(view: LoadView): void {
    this.current = view;
    this.listeners.forEach(listener => listener());
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = new AbortController();
    const timer = setTimeout(() => {
      end.abort();
      resolve();
    }, ms);
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', stop, { signal: end.signal });
  });
}
