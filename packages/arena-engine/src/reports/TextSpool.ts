import { FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

const MEMORY_LIMIT = 1024 * 1024;
const READ_CHUNK = 256 * 1024;

/** Text that is needed later: kept in memory while it is small, in a temporary file when it grows. */
export class TextSpool {
  private parts: string[] = [];
  private length = 0;
  private directory?: string;
  private file?: FileHandle;

  async write(text: string): Promise<void> {
    this.parts.push(text);
    this.length += text.length;
    if (this.length >= MEMORY_LIMIT) await this.spill();
  }

  /** Reads everything once and forgets it. */
  async *drain(): AsyncGenerator<string> {
    if (this.file) {
      await this.spill();
      const decoder = new TextDecoder();
      const buffer = Buffer.alloc(READ_CHUNK);
      let position = 0;
      for (;;) {
        const { bytesRead } = await this.file.read(
          buffer,
          0,
          READ_CHUNK,
          position,
        );
        if (bytesRead === 0) break;
        position += bytesRead;
        yield decoder.decode(buffer.subarray(0, bytesRead), { stream: true });
      }
    } else {
      yield this.parts.join('');
    }
    await this.clear();
  }

  async clear(): Promise<void> {
    this.parts = [];
    this.length = 0;
    await this.file?.truncate(0);
  }

  async close(): Promise<void> {
    this.parts = [];
    await this.file?.close();
    this.file = undefined;
    if (this.directory)
      await rm(this.directory, { recursive: true, force: true });
    this.directory = undefined;
  }

  private async spill(): Promise<void> {
    this.directory ??= await mkdtemp(path.join(os.tmpdir(), 'arena-report-'));
    // Append: truncating does not move the position of a handle that was opened for writing.
    this.file ??= await open(path.join(this.directory, 'spool'), 'a+', 0o600);
    const text = this.parts.join('');
    this.parts = [];
    this.length = 0;
    if (text !== '') await this.file.appendFile(text);
  }
}
