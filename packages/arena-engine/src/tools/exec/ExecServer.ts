import { z } from 'zod/v4';
import { ToolCallOptions } from '../Tool';
import { ToolAnswer, ToolError, ToolHandler } from '../ToolHandler';
import { ChildCommand, ChildGroup, describeEnd } from '../process/ChildGroup';
import { LineSplitter } from '../process/LineSplitter';
import { MAX_RESULT_BYTES, refuseDeepText } from '../toolJson';

const answerSchema = z.looseObject({
  id: z.int(),
  result: z.unknown().optional(),
  error: z.unknown().optional(),
});

interface Pending {
  resolve: (answer: ToolAnswer) => void;
  reject: (error: Error) => void;
}

interface Started {
  group: ChildGroup;
  pending: Map<number, Pending>;
  /** Calls whose answer nobody waits for any more. */
  abandoned: Set<number>;
}

/** What the line around a result may add to it. */
const ENVELOPE_BYTES = 1024;
const MAX_SHOWN = 200;

/**
 * A process that answers many calls: a line `{"id": 1, "args": {...}}` in, a line `{"id": 1, "result": ...}` or
 * `{"id": 1, "error": "..."}` out, in any order. It is started with the first call, and again after it ended.
 */
export class ExecServer implements ToolHandler {
  private current?: Started;
  private nextId = 1;
  private isClosed = false;

  /** @param command - made for each start; throws ToolError when a variable is missing */
  constructor(private readonly command: () => ChildCommand) {}

  handle(
    args: Record<string, unknown>,
    { signal }: ToolCallOptions,
  ): Promise<ToolAnswer> {
    if (this.isClosed) throw new ToolError('the run is over');
    signal.throwIfAborted();
    this.current ??= this.start();
    const started = this.current;
    const { group, pending } = started;
    const id = this.nextId;
    this.nextId += 1;
    return new Promise<ToolAnswer>((resolve, reject) => {
      const abort = () => this.abandon(started, id, signal.reason);
      const settle = () => {
        pending.delete(id);
        signal.removeEventListener('abort', abort);
      };
      pending.set(id, {
        resolve: answer => {
          settle();
          resolve(answer);
        },
        reject: error => {
          settle();
          reject(error);
        },
      });
      signal.addEventListener('abort', abort, { once: true });
      group.stdin.write(`${JSON.stringify({ id, args })}\n`);
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const { current } = this;
    if (!current) return;
    this.fail(current, 'the run is over');
    await current.group.stop();
  }

  private start(): Started {
    const group = new ChildGroup(this.command());
    const started: Started = {
      group,
      pending: new Map(),
      abandoned: new Set(),
    };
    const lines = new LineSplitter(MAX_RESULT_BYTES + ENVELOPE_BYTES, line =>
      this.read(started, line),
    );
    group.stdout.on('data', (chunk: Buffer) => {
      if (this.current !== started) return;
      try {
        lines.push(chunk);
      } catch (error) {
        this.giveUp(
          started,
          error instanceof Error ? error.message : String(error),
        );
      }
    });
    void group.ended.then(end => {
      if (this.current === started) this.current = undefined;
      this.fail(started, `${describeEnd(end)}${group.complaint}`);
    });
    return started;
  }

  private read({ group, pending, abandoned }: Started, line: string): void {
    if (line.trim() === '') return;
    refuseDeepText(line);
    let answer: z.output<typeof answerSchema>;
    try {
      answer = answerSchema.parse(JSON.parse(line));
    } catch {
      const shown = group.redact(line).slice(0, MAX_SHOWN);
      throw new ToolError(
        `it wrote a line that is no answer ({"id": ..., "result": ...}): ${shown}`,
      );
    }
    const call = pending.get(answer.id);
    if (!call && abandoned.delete(answer.id)) return;
    if (!call) {
      throw new ToolError(`it answered call ${answer.id}, which is not open`);
    }
    if (answer.error !== undefined && answer.error !== null) {
      const { error } = answer;
      call.reject(
        new ToolError(
          typeof error === 'string' ? error : JSON.stringify(error),
        ),
      );
    } else {
      call.resolve({ value: answer.result ?? null });
    }
  }

  /** A process that lets one call time out cannot be trusted with the next; the end of an item says nothing about it. */
  private abandon(started: Started, id: number, reason: unknown): void {
    if (reason instanceof ToolError) {
      this.giveUp(started, `it was ended: a call got ${reason.message}`);
    } else {
      started.abandoned.add(id);
      started.pending.get(id)?.reject(new ToolError('the call was given up'));
    }
  }

  /** The next call starts the process anew. */
  private giveUp(started: Started, reason: string): void {
    if (this.current === started) this.current = undefined;
    started.group.kill();
    this.fail(started, reason);
  }

  private fail({ pending }: Started, reason: string): void {
    for (const call of [...pending.values()]) {
      call.reject(new ToolError(reason));
    }
  }
}
