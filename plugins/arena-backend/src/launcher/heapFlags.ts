/** What Node.js takes at most when no limit is set. */
const SEMI_SPACE_MIB = 16;

/**
 * Flags of a process whose heap is limited, one of several on this machine.
 *
 * A limit for old objects alone makes V8 shrink the space for young ones to a 128th of it, and so does waiting for work; collecting those is
 * then a fifth of what a worker does. Threads that help one process to collect take the processors from the others.
 */
export function heapFlags(memoryMiB: number): string[] {
  return [
    `--max-old-space-size=${memoryMiB}`,
    `--min-semi-space-size=${SEMI_SPACE_MIB}`,
    `--max-semi-space-size=${SEMI_SPACE_MIB}`,
    '--single-threaded-gc',
  ];
}
