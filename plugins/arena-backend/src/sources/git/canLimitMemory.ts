import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Whether this system keeps a process to so much memory (Linux does, macOS does not). */
export async function canLimitMemory(bytes: number): Promise<boolean> {
  const set = `ulimit -v ${Math.ceil(bytes / 1024)}`;
  try {
    // Where less is allowed already, more cannot be set.
    await promisify(execFile)('/bin/sh', [
      '-c',
      `${set} 2>/dev/null || test "$(ulimit -v)" != unlimited`,
    ]);
    return true;
  } catch {
    return false;
  }
}
