import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { type Header, pack } from 'tar-stream';

export interface TarEntry extends Partial<Header> {
  name: string;
  content?: string;
}

/** Makes a `tar.gz` of arbitrary entries, also of evil ones. */
export async function packEntries(entries: TarEntry[]): Promise<Buffer> {
  const archive = pack();
  for (const { content, ...header } of entries) {
    archive.entry(header, content ?? '');
  }
  archive.finalize();
  return buffer(archive.pipe(createGzip()));
}

/** Makes a `tar.gz` of a folder. */
export async function packFolder(folder: string): Promise<Buffer> {
  const names = readdirSync(folder, { recursive: true }).map(String).sort();
  return packEntries(
    names
      .filter(name => statSync(join(folder, name)).isFile())
      .map(name => ({
        name: relative('.', name),
        content: readFileSync(join(folder, name), 'utf8'),
      })),
  );
}

export function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
