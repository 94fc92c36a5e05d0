/** Reads lines and blocks from a stream of bytes. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);
  #isOver = false;

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** Whether something was asked for after the end of the stream. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Up to the next newline, which is left out. @throws Error at the end of the stream */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf(10);
      if (end >= 0) return this.#take(end + 1).toString('utf8', 0, end);
      await this.#more();
    }
  }

  /** Exactly so many bytes. */
  async *bytes(size: number): AsyncGenerator<Buffer> {
    let left = size;
    while (left > 0) {
      if (this.#rest.length === 0) await this.#more();
      const part = this.#take(Math.min(left, this.#rest.length));
      left -= part.length;
      yield part;
    }
  }

  #take(size: number): Buffer {
    const part = this.#rest.subarray(0, size);
    this.#rest = this.#rest.subarray(size);
    return part;
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#chunks.next();
    if (done) {
      this.#isOver = true;
      throw new Error('The output ended too early');
    }
    this.#rest = Buffer.concat([this.#rest, value]);
  }
}
