/** Lets so many pieces of work be done at a time; the others wait in line. */
export function createSlots(limit: number) {
  let used = 0;
  const waiting: Array<() => void> = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (used < limit) used += 1;
    else await new Promise<void>(next => waiting.push(next));
    try {
      return await work();
    } finally {
      // The place goes to the next in line without becoming free in between.
      const next = waiting.shift();
      if (next) next();
      else used -= 1;
    }
  };
}
