import { readFile, readdir } from 'node:fs/promises';

/**
 * Ids of living workers whose temporary folder is the given one: processes inherit it from the portal that started them.
 *
 * @param {string} directory
 * @returns {Promise<number[]>}
 */
export async function workersUnder(directory) {
  const found = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const [environment, command] = await Promise.all(
      ['environ', 'cmdline'].map(name =>
        readFile(`/proc/${pid}/${name}`, 'utf8').catch(
          // The process has ended meanwhile, or belongs to somebody else.
          () => '',
        ),
      ),
    );
    const isOurs = environment.split('\0').includes(`TMPDIR=${directory}`);
    if (isOurs && command.split('\0').includes('worker')) {
      found.push(Number(pid));
    }
  }
  return found.sort((one, other) => one - other);
}
