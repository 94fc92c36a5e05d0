import { readdirSync, readFileSync } from 'node:fs';

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

/** Whether a process was killed and only waits for those that it takes along. */
export function isEnding(process: ProcessId): boolean {
  return isRunning(process) && read(`/proc/${process.pid}/cmdline`) === '';
}

/** Numbers of the processes that a process has started and that live. */
export function childrenOf(pid: number): number[] {
  return (read(`/proc/${pid}/task/${pid}/children`) ?? '')
    .split(' ')
    .filter(Boolean)
    .map(Number);
}

/** Processes that run, with the words of their command lines. */
export function listProcesses(): Array<{ pid: number; command: string[] }> {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(name => ({
      pid: Number(name),
      command: (read(`/proc/${name}/cmdline`) ?? '').split('\0'),
    }));
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It ended.
    return undefined;
  }
}
