import { FileHandle, open } from 'node:fs/promises';

const BUFFER_LENGTH = 256 * 1024;

/** A file that is written line by line, in large pieces: a system call for each line would cost more than the line. */
export class LineFile {
  readonly #file: FileHandle;
  #lines: string[] = [];
  #length = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** @param flags - as of `open` */
  static async open(path: string, flags: string): Promise<LineFile> {
    return new LineFile(await open(path, flags));
  }

  /** @returns undefined unless a piece is full and has to be waited for */
  add(line: string): Promise<void> | undefined {
    this.#lines.push(line);
    this.#length += line.length + 1;
    return this.#length < BUFFER_LENGTH ? undefined : this.flush();
  }

  /** Writes what there is, for whoever reads along. */
  async flush(): Promise<void> {
    if (this.#lines.length === 0) return;
    const text = `${this.#lines.join('\n')}\n`;
    this.#lines = [];
    this.#length = 0;
    await this.#file.writeFile(text);
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#file.close();
    }
  }
}
