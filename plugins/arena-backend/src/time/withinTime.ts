/**
 * What a promise comes to, unless that takes too long; it then goes on unheeded.
 *
 * @throws Error with `message` after `timeoutMs`; what the promise rejects with
 */
export async function withinTime<T>(
  promise: Promise<T>,
  { timeoutMs, message }: { timeoutMs: number; message: string },
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(message)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
