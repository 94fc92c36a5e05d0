import { fstatSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** How long the main thread may be stuck before the process is ended. */
const STUCK_MS = 120_000;
/** The same when the parent is gone and nobody waits for the work any more. */
const ORPHANED_STUCK_MS = 3_000;

/**
 * Calls back when the process that started this one is gone: its IPC channel or, without one, its end of standard input is
 * closed. A standard input that is a terminal or a file says nothing about the parent.
 */
export function onParentGone(callback: () => void): void {
  if (process.channel) {
    process.once('disconnect', callback);
    return;
  }
  if (isPipe(0)) {
    process.stdin.once('end', callback);
    process.stdin.once('error', callback);
    process.stdin.resume();
    process.stdin.unref();
  }
}

function isPipe(descriptor: number): boolean {
  try {
    const info = fstatSync(descriptor);
    return info.isFIFO() || info.isSocket();
  } catch {
    return false;
  }
}

/**
 * Ends the process when its main thread is stuck: what a bundle brings may loop for ever, and a stuck thread sees neither signals
 * nor the end of its parent. Runs in a thread of its own, which needs no code of ours but this.
 */
export function guardMainThread(): void {
  const heartbeat = new Int32Array(new SharedArrayBuffer(4));
  const timer = setInterval(() => Atomics.add(heartbeat, 0, 1), 500);
  timer.unref();
  const guard = new Worker(
    `const { workerData } = require('node:worker_threads');
     const { writeSync } = require('node:fs');
     const { heartbeat, stuckMs, orphanedMs, parent } = workerData;
     let last = -1;
     let since = performance.now();
     setInterval(() => {
       const now = performance.now();
       const beat = Atomics.load(heartbeat, 0);
       if (beat !== last) { last = beat; since = now; return; }
       const orphaned = process.ppid !== parent;
       if (now - since < (orphaned ? orphanedMs : stuckMs)) return;
       try {
         writeSync(2, JSON.stringify({ timestamp: new Date().toISOString(), level: 'error',
           message: 'The main thread is stuck; the process ends itself' }) + '\\n');
       } finally {
         process.kill(process.pid, 'SIGKILL');
       }
     }, 500);`,
    {
      eval: true,
      workerData: {
        heartbeat,
        stuckMs: STUCK_MS,
        orphanedMs: ORPHANED_STUCK_MS,
        parent: process.ppid,
      },
      resourceLimits: { maxOldGenerationSizeMb: 8 },
      // Inherited loaders would be started once more.
      execArgv: [],
    },
  );
  guard.unref();
}
