/** Whether what an informer says can be relied on. */
export interface InformerState {
  /** True once everything that may be read was listed; it stays true, because the cache stays useful when the cluster goes away. */
  synced: boolean;
  /** What keeps it from following now; absent while all is well. */
  lastError?: string;
  /** When the API server was last heard of. */
  lastContactAt?: Date;
  /** What keeps it from following single namespaces, by name. Empty when one watch serves the whole cluster. */
  failing: ReadonlyMap<string, string>;
}

/** Of several together: the first error, of each namespace as well, and the longest silence. */
export function combineStates(states: readonly InformerState[]): InformerState {
  const lastError = states.find(state => state.lastError)?.lastError;
  const contacts = states.flatMap(s => s.lastContactAt?.getTime() ?? []);
  return {
    synced: states.every(({ synced }) => synced),
    ...(lastError && { lastError }),
    ...(contacts.length === states.length && {
      lastContactAt: new Date(Math.min(...contacts)),
    }),
    // The first one is told: it comes last here.
    failing: new Map(
      [...states].reverse().flatMap(({ failing }) => [...failing]),
    ),
  };
}
