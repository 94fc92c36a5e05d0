import { SpareProcesses } from '../launcher/SpareProcesses';
import {
  PlanProcess,
  PlanProcessOptions,
  PlanRequestOptions,
} from './PlanProcess';
import { parsePlanReply, PlanFailure, PlanReply } from './PlanReply';

/** Options of {@link PlanProcesses}. */
export interface PlanProcessesOptions extends PlanProcessOptions {
  /** Longest time for one plan. */
  timeoutMs: number;
  /** How long after the waiting process got its request another is started. */
  replaceMs?: number;
  /** True while none may be started for later. */
  held?: () => boolean;
}

/** Plans each run in a process of its own. From `start` to `stop` one waits for its request, with its program loaded. */
export class PlanProcesses {
  private readonly options: PlanProcessesOptions;
  private readonly spares: SpareProcesses<PlanProcess>;
  /** Those that have a request, and those that have answered and not ended. */
  private readonly processes = new Set<PlanProcess>();

  constructor(options: PlanProcessesOptions) {
    this.options = options;
    this.spares = new SpareProcesses({
      kept: 1,
      replaceMs: options.replaceMs,
      held: options.held,
      start: () => new PlanProcess(options),
    });
  }

  start(): void {
    this.spares.keep();
  }

  /** What goes wrong is an answer; it rejects only when it is aborted. */
  async run(request: object, signal?: AbortSignal): Promise<PlanReply> {
    return this.ask(request, parsePlanReply, signal);
  }

  /** As `run`, for a request with another answer. */
  async ask<T>(
    request: object,
    parse: (text: string) => T,
    signal?: AbortSignal,
  ): Promise<T | PlanFailure> {
    signal?.throwIfAborted();
    const bounds = { timeoutMs: this.options.timeoutMs, signal };
    const spare = this.spares.take();
    if (spare) {
      const reply = await this.send(spare, request, parse, bounds);
      // It may have been dead before it was asked. Whether the request is to blame shows a process of its own.
      if (!spare.died) return reply;
    }
    return this.send(new PlanProcess(this.options), request, parse, bounds);
  }

  /** Leaves no process behind. */
  async stop(): Promise<void> {
    await Promise.all([
      this.spares.stop(),
      ...[...this.processes].map(process => process.terminate(0)),
    ]);
  }

  private async send<T>(
    process: PlanProcess,
    request: object,
    parse: (text: string) => T,
    bounds: PlanRequestOptions,
  ): Promise<T | PlanFailure> {
    this.processes.add(process);
    process.ended.then(() => this.processes.delete(process));
    return process.ask(request, parse, bounds);
  }
}
