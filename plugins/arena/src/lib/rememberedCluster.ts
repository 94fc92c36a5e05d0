const KEY = 'backstage-arena.cluster';

/** The cluster that was looked at last in this browser. */
export function rememberedCluster(): string | undefined {
  try {
    return window.localStorage.getItem(KEY) ?? undefined;
  } catch {
    // A browser that keeps nothing for us only forgets the choice.
    return undefined;
  }
}

/** @see rememberedCluster */
export function rememberCluster(name: string): void {
  try {
    window.localStorage.setItem(KEY, name);
  } catch {
    // As above.
  }
}
