import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';

const COMMIT = 1;
const TREE = 2;
const BLOB = 3;
const REF_DELTA = 7;

const BASE = Buffer.alloc(8 * 1024 * 1024);
/** Copies all of the base. */
const COPY = Buffer.from([0xc0, 0x80]);

/**
 * Gives a repository a branch `main` with a file of zeros that is a few hundred bytes in the pack, and so many bytes once git has put it
 * together.
 *
 * @param size - A multiple of 8 MiB
 */
export function addDeltaBomb(bare: string, size: number): void {
  const copies = size / BASE.length;
  const base = idOf('blob', [BASE], BASE.length);
  const zeros = idOf('blob', Array<Buffer>(copies).fill(BASE), size);
  const tree = Buffer.concat([
    Buffer.from('100644 base\0'),
    base,
    Buffer.from('100644 zeros\0'),
    zeros,
  ]);
  const treeId = idOf('tree', [tree], tree.length).toString('hex');
  const who = 'T <t@example.com> 1700000000 +0000';
  const commit = Buffer.from(
    `tree ${treeId}\nauthor ${who}\ncommitter ${who}\n\nbomb\n`,
  );
  const delta = Buffer.concat([
    varint(BASE.length),
    varint(size),
    ...Array<Buffer>(copies).fill(COPY),
  ]);
  const head = Buffer.alloc(12);
  head.write('PACK');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(4, 8);
  const body = Buffer.concat([
    head,
    entry(COMMIT, commit),
    entry(TREE, tree),
    entry(BLOB, BASE),
    entry(REF_DELTA, delta, base),
  ]);
  const pack = join(bare, 'objects/pack/pack-bomb.pack');
  const check = createHash('sha1').update(body).digest();
  writeFileSync(pack, Buffer.concat([body, check]));
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: bare, stdio: 'pipe' });
  git('index-pack', pack);
  const commitId = idOf('commit', [commit], commit.length).toString('hex');
  git('update-ref', 'refs/heads/main', commitId);
}

function idOf(type: string, parts: Buffer[], size: number): Buffer {
  const hash = createHash('sha1').update(`${type} ${size}\0`);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Object of a pack: type and size, what it is a delta of, content. */
function entry(type: number, content: Buffer, base = Buffer.alloc(0)): Buffer {
  const size = content.length;
  const first = Buffer.from([(size > 15 ? 128 : 0) + type * 16 + (size % 16)]);
  const rest = size > 15 ? varint(Math.floor(size / 16)) : Buffer.alloc(0);
  return Buffer.concat([first, rest, base, deflateSync(content)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  do {
    const more = left > 127 ? 128 : 0;
    bytes.push((left % 128) + more);
    left = Math.floor(left / 128);
  } while (left > 0);
  return Buffer.from(bytes);
}
