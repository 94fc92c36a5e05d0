import { readdir, readFile } from 'node:fs/promises';

const SAMPLE_MS = 100;
const PAGE_BYTES = 4_096;
const TICKS_PER_SECOND = 100;
const MIB = 1_024 * 1_024;

/** What processes have used, all of them together. */
export interface ChildrenUse {
  seconds: number;
  /** Largest sum of resident memory. Pages that processes share count for each of them. */
  peakMiB: number;
  /** Of those that have ended and were waited for. */
  cpuSeconds: number;
}

interface Process {
  pid: number;
  parent: number;
  rssBytes: number;
  /** Time of children that were waited for, theirs included, in seconds. */
  childrenCpuSeconds: number;
}

/** Does something, and tells what the processes have used that were started for it: all that descend from this one and were not there before. */
export async function measureChildren<T>(
  work: () => Promise<T>,
): Promise<{ value: T; use: ChildrenUse }> {
  const before = new Set((await descendants()).map(({ pid }) => pid));
  const cpuBefore = await childrenCpu();
  let peakBytes = 0;
  let isOver = false;
  const sample = async () => {
    const fresh = (await descendants()).filter(({ pid }) => !before.has(pid));
    const sum = fresh.reduce((total, { rssBytes }) => total + rssBytes, 0);
    const single = await Promise.all(fresh.map(({ pid }) => highWater(pid)));
    // What a single one had between two samples counts as well.
    peakBytes = Math.max(peakBytes, sum, ...single);
  };
  const sampling = (async () => {
    while (!isOver) {
      await sample();
      await new Promise(resolve => setTimeout(resolve, SAMPLE_MS));
    }
  })();
  const begin = performance.now();
  let value: T;
  let seconds: number;
  try {
    value = await work();
    seconds = (performance.now() - begin) / 1_000;
  } finally {
    isOver = true;
    await sampling;
  }
  const cpuSeconds = (await childrenCpu()) - cpuBefore;
  return { value, use: { seconds, peakMiB: peakBytes / MIB, cpuSeconds } };
}

async function childrenCpu(): Promise<number> {
  const own = await readProcess(process.pid);
  return own!.childrenCpuSeconds;
}

async function descendants(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const all = await Promise.all(pids.map(pid => readProcess(Number(pid))));
  const byParent = new Map<number, Process[]>();
  for (const each of all) {
    if (!each) continue;
    const siblings = byParent.get(each.parent) ?? [];
    byParent.set(each.parent, [...siblings, each]);
  }
  const found: Process[] = [];
  const visit = (pid: number) => {
    for (const child of byParent.get(pid) ?? []) {
      found.push(child);
      visit(child.pid);
    }
  };
  visit(process.pid);
  return found;
}

/** Undefined for one that has just ended. */
async function readProcess(pid: number): Promise<Process | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(gone);
  if (stat === undefined) return undefined;
  // The name in parentheses may hold anything. What follows begins with the third field.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return {
    pid,
    parent: field(4),
    rssBytes: field(24) * PAGE_BYTES,
    childrenCpuSeconds: (field(16) + field(17)) / TICKS_PER_SECOND,
  };
}

/** Most memory that a process ever had, in bytes. */
async function highWater(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(gone);
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(status ?? '') ?? [];
  return Number(kilobytes ?? 0) * 1_024;
}

function gone(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ESRCH') return undefined;
  throw error;
}
