import { readFileSync } from 'node:fs';

/** A process, told apart from a later one with the same number. */
export interface ProcessId {
  pid: number;
  /** Clock ticks from the start of the machine to the start of the process. */
  startTime: string;
}

/** Undefined when there is no such process. */
export function identify(pid: number): ProcessId | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The name, in parentheses, may contain anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // Some machines are slow to collect the dead.
  if (fields[0] === 'Z') return undefined;
  return { pid, startTime: fields[19] };
}

export function isRunning(process: ProcessId): boolean {
  return identify(process.pid)?.startTime === process.startTime;
}

/** Numbers of the processes that a process has started and that live. */
export function childrenOf(pid: number): number[] {
  return (read(`/proc/${pid}/task/${pid}/children`) ?? '')
    .split(' ')
    .filter(Boolean)
    .map(Number);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It ended.
    return undefined;
  }
}
