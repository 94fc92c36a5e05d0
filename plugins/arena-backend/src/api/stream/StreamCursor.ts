import { z } from 'zod/v4';

const cursorSchema = z.strictObject({
  /** Cluster -> resource version up to which changes of objects were sent. */
  o: z.record(z.string(), z.string()),
  /** Run -> version up to which its counters and cells were sent. */
  r: z.record(z.string(), z.int().min(0)),
});

/**
 * How far a stream has come. It travels to the client as the id of each message and comes back as `Last-Event-ID`, on any
 * replica: nothing about a stream is kept on the server.
 */
export class StreamCursor {
  private readonly objects = new Map<string, string>();
  private readonly runs = new Map<string, number>();

  /** Undefined for what is no cursor of ours: the stream then starts anew, which is always right. */
  static parse(text: string | undefined): StreamCursor | undefined {
    if (!text) return undefined;
    try {
      const json = Buffer.from(text, 'base64url').toString('utf8');
      const { o, r } = cursorSchema.parse(JSON.parse(json));
      const cursor = new StreamCursor();
      Object.entries(o).forEach(([cluster, version]) =>
        cursor.objects.set(cluster, version),
      );
      Object.entries(r).forEach(([runId, version]) =>
        cursor.runs.set(runId, version),
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
      }),
    ).toString('base64url');
  }

  objectVersion(cluster: string): string | undefined {
    return this.objects.get(cluster);
  }

  runVersion(runId: string): number | undefined {
    return this.runs.get(runId);
  }

  setObjectVersion(cluster: string, version: string): void {
    this.objects.set(cluster, version);
  }

  setRunVersion(runId: string, version: number): void {
    this.runs.set(runId, version);
  }
}
