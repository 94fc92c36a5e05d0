import { setFlagsFromString } from 'node:v8';

/**
 * Sets V8 up for a process that is there for running bundles. By default it marks garbage on threads of its own, four of them on however few
 * cores; they take the processor from the thread that reads answers, some ten milliseconds at a time, and that is counted as time of the
 * model. Marked between tasks, in small steps, the heap of a run (some 50 MiB) costs nobody a wait.
 *
 * @remarks
 * For `arena run` and workers in containers: local workers and planners are started without such threads.
 */
export function favourLatency(): void {
  setFlagsFromString('--no-concurrent-marking');
}
