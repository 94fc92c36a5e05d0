import { LineSplitter } from './LineSplitter';

/** Takes the events out of a streamed answer. */
export interface Framing {
  /** @param onEvent - gets the text of each event, JSON as a rule; returning true stops */
  feed(chunk: Buffer, onEvent: (data: string) => boolean): boolean;
  /** Gives what the stream still held when it ended. */
  end(onEvent: (data: string) => boolean): boolean;
}

/** Server-sent events. The data tells what it is in every dialect, so that names and ids are overlooked. */
export class SseFraming implements Framing {
  private readonly lines = new LineSplitter();
  private data: string[] = [];

  feed(chunk: Buffer, onEvent: (data: string) => boolean): boolean {
    return this.lines.feed(chunk, line => this.line(line, onEvent));
  }

  end(onEvent: (data: string) => boolean): boolean {
    // Some servers leave out the empty line after the last event.
    return this.line(this.lines.end(), onEvent) || this.line('', onEvent);
  }

  private line(line: string, onEvent: (data: string) => boolean): boolean {
    if (line === '') {
      if (this.data.length === 0) return false;
      const data = this.data.length === 1 ? this.data[0] : this.data.join('\n');
      this.data = [];
      return onEvent(data);
    }
    if (line.startsWith('data:')) {
      this.data.push(line.slice(line[5] === ' ' ? 6 : 5));
    }
    return false;
  }
}

/** One JSON document a line. */
export class NdjsonFraming implements Framing {
  private readonly lines = new LineSplitter();

  feed(chunk: Buffer, onEvent: (data: string) => boolean): boolean {
    return this.lines.feed(chunk, line => line !== '' && onEvent(line));
  }

  end(onEvent: (data: string) => boolean): boolean {
    const line = this.lines.end();
    return line !== '' && onEvent(line);
  }
}
