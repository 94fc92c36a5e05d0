import { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** True for a child that has ended, or was ended. */
export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Asks a child to end, and waits until it has. One that never started needs nothing. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || hasEnded(child)) return;
  // Whoever stops it may have nothing else left that keeps this process alive.
  child.ref();
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
