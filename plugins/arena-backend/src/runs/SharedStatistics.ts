import { CellStatistics } from '@backstage-arena/plugin-arena-common';

interface Computation {
  readonly promise: Promise<CellStatistics>;
  readonly controller: AbortController;
  waiting: number;
  isDone: boolean;
}

const CAPACITY = 256;

/**
 * Statistics of cells that were computed, or are being computed: who asks for the same shares one computation, which stops when nobody
 * waits for it any more.
 */
export class SharedStatistics {
  /** The one that was not used for longest comes first. */
  private readonly computations = new Map<string, Computation>();

  constructor(private readonly capacity = CAPACITY) {}

  /**
   * @param key - names the cell and the state of its items
   * @throws the reason of `signal` as soon as it is aborted
   */
  async get(
    key: string,
    compute: (signal: AbortSignal) => Promise<CellStatistics>,
    signal?: AbortSignal,
  ): Promise<CellStatistics> {
    signal?.throwIfAborted();
    const computation = this.computations.get(key) ?? this.start(key, compute);
    this.computations.delete(key);
    this.computations.set(key, computation);
    this.shrink();
    computation.waiting += 1;
    try {
      return await unlessAborted(computation.promise, signal);
    } finally {
      computation.waiting -= 1;
      if (computation.waiting === 0 && !computation.isDone) {
        this.forget(key, computation);
        computation.controller.abort(new Error('Nobody waits for it'));
      }
    }
  }

  private start(
    key: string,
    compute: (signal: AbortSignal) => Promise<CellStatistics>,
  ): Computation {
    const controller = new AbortController();
    const computation: Computation = {
      promise: compute(controller.signal),
      controller,
      waiting: 0,
      isDone: false,
    };
    computation.promise.then(
      () => {
        computation.isDone = true;
      },
      // Whoever waits is told; the next one tries again.
      () => this.forget(key, computation),
    );
    return computation;
  }

  private forget(key: string, computation: Computation): void {
    if (this.computations.get(key) === computation) {
      this.computations.delete(key);
    }
  }

  private shrink(): void {
    for (const [key, { isDone }] of this.computations) {
      if (this.computations.size <= this.capacity) return;
      if (isDone) this.computations.delete(key);
    }
  }
}

async function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (!signal) return promise;
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
