import { z } from 'zod/v4';

const cursorSchema = z.strictObject({
  /** Cluster -> resource version up to which changes of objects were sent. */
  o: z.record(z.string(), z.string()),
  /** Run -> version up to which its counters and cells were sent. */
  r: z.record(z.string(), z.int().min(0)),
  /** Run -> version up to which it was told that its items were commented on. */
  c: z.record(z.string(), z.int().min(0)).default({}),
});

/**
 * How far a stream has come. It travels to the client as the id of each message and comes back as `Last-Event-ID`, on any
 * replica: nothing about a stream is kept on the server.
 */
export class StreamCursor {
  private readonly objects = new Map<string, string>();
  private readonly runs = new Map<string, number>();
  private readonly comments = new Map<string, number>();

  /** Undefined for what is no cursor of ours: the stream then starts anew, which is always right. */
  static parse(text: string | undefined): StreamCursor | undefined {
    if (!text) return undefined;
    try {
      const json = Buffer.from(text, 'base64url').toString('utf8');
      const { o, r, c } = cursorSchema.parse(JSON.parse(json));
      const cursor = new StreamCursor();
      Object.entries(o).forEach(([cluster, version]) =>
        cursor.objects.set(cluster, version),
      );
      Object.entries(r).forEach(([runId, version]) =>
        cursor.runs.set(runId, version),
      );
      Object.entries(c).forEach(([runId, version]) =>
        cursor.comments.set(runId, version),
      );
      return cursor;
    } catch {
      return undefined;
    }
  }

  toString(): string {
    return Buffer.from(
      JSON.stringify({
        o: Object.fromEntries(this.objects),
        r: Object.fromEntries(this.runs),
        c: Object.fromEntries(this.comments),
      }),
    ).toString('base64url');
  }

  objectVersion(cluster: string): string | undefined {
    return this.objects.get(cluster);
  }

  runVersion(runId: string): number | undefined {
    return this.runs.get(runId);
  }

  commentsVersion(runId: string): number | undefined {
    return this.comments.get(runId);
  }

  setCommentsVersion(runId: string, version: number): void {
    this.comments.set(runId, version);
  }

  setObjectVersion(cluster: string, version: string): void {
    this.objects.set(cluster, version);
  }

  setRunVersion(runId: string, version: number): void {
    this.runs.set(runId, version);
  }
}
