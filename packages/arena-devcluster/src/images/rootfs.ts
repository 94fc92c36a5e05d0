import { copyFile, chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../process/run';

/** The user that is no root and owns nothing, by the number that others use too. */
export const NONROOT = 65_532;

/** The authorities that Debian trusts. */
export const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** The files that every image has. */
export async function writeBaseFiles(folder: string): Promise<void> {
  const files = {
    'etc/passwd': [
      'root:x:0:0:root:/root:/sbin/nologin',
      `nonroot:x:${NONROOT}:${NONROOT}:nonroot:/tmp:/sbin/nologin`,
    ],
    'etc/group': ['root:x:0:', `nonroot:x:${NONROOT}:`],
    'etc/nsswitch.conf': ['hosts: files dns'],
  };
  for (const name of ['bin', 'etc', 'tmp', 'dev', 'proc', 'sys']) {
    await mkdir(path.join(folder, name), { recursive: true });
  }
  for (const [name, lines] of Object.entries(files)) {
    await writeFile(path.join(folder, name), `${lines.join('\n')}\n`);
  }
  await chmod(path.join(folder, 'tmp'), 0o1777);
}

/**
 * Copies the Node.js that runs this, with the libraries it is linked to and the certificates it may be told to trust.
 */
export async function copyNode(folder: string): Promise<void> {
  await copyInto(folder, process.execPath, '/usr/local/bin/node');
  for (const library of librariesIn(await run('ldd', [process.execPath]))) {
    await copyInto(folder, library, library);
  }
  await copyInto(folder, CERTIFICATES, CERTIFICATES);
}

/** Paths in the output of `ldd`. */
export function librariesIn(output: string): string[] {
  return output
    .split('\n')
    .map(line => /(?:=>\s*|^\s+)(\/\S+)/.exec(line)?.[1])
    .filter(found => found !== undefined);
}

async function copyInto(folder: string, source: string, target: string) {
  const file = path.join(folder, target);
  await mkdir(path.dirname(file), { recursive: true });
  // Follows links: what a library is called by is what must be there.
  await copyFile(source, file);
  await chmod(file, target.startsWith('/etc') ? 0o644 : 0o755);
}
