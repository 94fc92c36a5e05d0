/** Bounds how much is done at a time. */
export interface Gate {
  /**
   * Waits for a place. The result gives it back; undefined means that none came free in time or that too many wait already.
   */
  enter(): Promise<(() => void) | undefined>;
}

/** Creates a gate. Who waits holds nothing but a connection. */
export function createGate(options: {
  places: number;
  /** Most that wait. */
  waiting: number;
  maxWaitMs: number;
}): Gate {
  let free = options.places;
  const queue = new Set<() => void>();

  const leave = () => {
    const [next] = queue;
    if (next) next();
    else free += 1;
  };
  // A place is given back once, however often its holder says so.
  const place = () => {
    let held = true;
    return () => {
      if (held) leave();
      held = false;
    };
  };

  return {
    async enter() {
      if (free > 0) {
        free -= 1;
        return place();
      }
      if (queue.size >= options.waiting) return undefined;
      return new Promise(resolve => {
        let timer: NodeJS.Timeout | undefined;
        const take = () => {
          clearTimeout(timer);
          queue.delete(take);
          resolve(place());
        };
        if (Number.isFinite(options.maxWaitMs)) {
          timer = setTimeout(() => {
            queue.delete(take);
            resolve(undefined);
          }, options.maxWaitMs);
        }
        queue.add(take);
      });
    },
  };
}
