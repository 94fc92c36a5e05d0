/** Cuts a stream of bytes into lines of limited length. */
export class LineSplitter {
  private chunks: Buffer[] = [];
  private bytes = 0;

  constructor(
    private readonly maxBytes: number,
    private readonly onLine: (line: string) => void,
  ) {}

  /** @throws Error when a line is longer than is allowed. */
  push(chunk: Buffer): void {
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(0x0a, from);
      if (end < 0) break;
      this.keep(chunk.subarray(from, end));
      const line = Buffer.concat(this.chunks).toString('utf8');
      this.chunks = [];
      this.bytes = 0;
      from = end + 1;
      this.onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
    }
    this.keep(chunk.subarray(from));
  }

  private keep(part: Buffer): void {
    if (part.length === 0) return;
    this.bytes += part.length;
    if (this.bytes > this.maxBytes) {
      throw new Error(
        `a line is longer than the allowed ${this.maxBytes} bytes`,
      );
    }
    this.chunks.push(part);
  }
}
