const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Cuts a stream of bytes into lines. What is left of a line is kept as it came, so that a long line costs no more than its length. */
export class LineSplitter {
  private rest: Buffer[] = [];

  /** @param onLine - gets each whole line; returning true stops */
  feed(chunk: Buffer, onLine: (line: string) => boolean): boolean {
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, from);
      if (end < 0) break;
      const line = this.take(chunk.subarray(from, end));
      from = end + 1;
      if (onLine(line)) return true;
    }
    if (from < chunk.length) this.rest.push(chunk.subarray(from));
    return false;
  }

  /** The last line, when the stream ended without a newline. */
  end(): string {
    return this.take(Buffer.alloc(0));
  }

  private take(last: Buffer): string {
    let line = last;
    if (this.rest.length > 0) {
      line = Buffer.concat([...this.rest, last]);
      this.rest = [];
    }
    const end =
      line.length > 0 && line[line.length - 1] === RETURN
        ? line.length - 1
        : line.length;
    return line.toString('utf8', 0, end);
  }
}
