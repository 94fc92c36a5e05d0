/** A tool that cannot be had here, and why. */
export interface Skipped {
  name: string;
  reason: string;
}

/** Gets a tool ready. One that cannot be had is noted and left out. */
export async function orSkip<T>(
  name: string,
  skipped: Skipped[],
  ready: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await ready();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    skipped.push({ name, reason });
    process.stderr.write(`Skipped ${name}: ${reason}\n`);
    return undefined;
  }
}
