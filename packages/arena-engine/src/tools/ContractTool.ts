import { goJson } from '../text/goText';
import { compileJsonSchema, ValidateJson } from '../text/jsonSchema';
import { coerceArguments } from './coerceArguments';
import {
  failed,
  Tool,
  ToolCallOptions,
  ToolDescriptor,
  ToolOutcome,
} from './Tool';
import { ToolAnswer, ToolError, ToolHandler } from './ToolHandler';
import { isTooDeep, MAX_DEPTH } from '../text/jsonDepth';
import { MAX_RESULT_BYTES } from './toolJson';
import { timerMs } from '../util/timerMs';

export interface ContractToolOptions {
  descriptor: ToolDescriptor;
  /** JSON schema that results are held to; absent: anything is a result. */
  outputSchema?: unknown;
  /** Longest time of a call, in milliseconds; absent: the handler always ends by itself. */
  timeoutMs?: number;
  handler: ToolHandler;
}

/** Holds arguments and results to the tool's schemas, and calls to its limits. */
export class ContractTool implements Tool {
  readonly descriptor: ToolDescriptor;
  private readonly validateInput: ValidateJson | string;
  private readonly validateOutput?: ValidateJson | string;

  constructor(private readonly options: ContractToolOptions) {
    this.descriptor = options.descriptor;
    this.validateInput = compileJsonSchema(options.descriptor.inputSchema);
    if (options.outputSchema !== undefined) {
      this.validateOutput = compileJsonSchema(options.outputSchema);
    }
  }

  async call(
    args: Record<string, unknown>,
    options: ToolCallOptions,
  ): Promise<ToolOutcome> {
    options.signal.throwIfAborted();
    const { name, inputSchema } = this.descriptor;
    if (typeof this.validateInput === 'string') {
      return failed(
        `${name}: input_schema: ${this.validateInput}`,
        'execution',
      );
    }
    if (isTooDeep(args)) {
      return failed(
        `invalid arguments for ${name}: they are nested more than ${MAX_DEPTH} levels deep`,
        'validation',
      );
    }
    const coerced = coerceArguments(args, inputSchema);
    const faults = this.validateInput(coerced);
    if (faults.length > 0) {
      return failed(
        `invalid arguments for ${name}: ${faults.join('; ')}`,
        'validation',
      );
    }
    try {
      return this.outcome(await this.limited(coerced, options));
    } catch (error) {
      options.signal.throwIfAborted();
      return failed(
        `${name}: ${error instanceof Error ? error.message : String(error)}`,
        'execution',
      );
    }
  }

  /** Runs the handler, which may not look at its signal, until its time is up. */
  private limited(
    args: Record<string, unknown>,
    options: ToolCallOptions,
  ): Promise<ToolAnswer> | ToolAnswer {
    const { handler, timeoutMs } = this.options;
    if (timeoutMs === undefined) return handler.handle(args, options);
    return new Promise((resolve, reject) => {
      const { signal } = options;
      const controller = new AbortController();
      const stop = (reason: unknown) => {
        controller.abort(reason);
        reject(reason);
      };
      const abort = () => stop(signal.reason);
      const timer = setTimeout(
        () => stop(new ToolError(`no answer within ${timeoutMs} ms`)),
        timerMs(timeoutMs),
      );
      signal.addEventListener('abort', abort, { once: true });
      const work = async () =>
        handler.handle(args, { ...options, signal: controller.signal });
      work()
        .then(resolve, reject)
        .finally(() => {
          clearTimeout(timer);
          signal.removeEventListener('abort', abort);
        });
    });
  }

  private outcome(answer: ToolAnswer): ToolOutcome {
    const { name } = this.descriptor;
    const { value, literal, parts } = answer;
    // Media has no shape that a schema could speak of.
    if (this.validateOutput !== undefined && !parts) {
      if (typeof this.validateOutput === 'string') {
        throw new ToolError(`output_schema: ${this.validateOutput}`);
      }
      const faults = this.validateOutput(value);
      if (faults.length > 0) {
        return failed(
          `the result of ${name} does not fit its output_schema: ${faults.join(
            '; ',
          )}`,
          'execution',
        );
      }
    }
    const { text, compact } =
      literal === undefined
        ? resultTexts(value)
        : { text: literal, compact: literal };
    // The compact form of a value is never longer.
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_RESULT_BYTES) {
      throw new ToolError(
        `the result has ${bytes} bytes: allowed are at most ${MAX_RESULT_BYTES}`,
      );
    }
    return { text, compact, ...(parts ? { parts } : {}) };
  }
}

/** Texts are given to the model as they are, everything else as indented JSON. */
function resultTexts(value: unknown): { text: string; compact: string } {
  return typeof value === 'string'
    ? { text: value, compact: value }
    : { text: goJson(value, 2), compact: goJson(value) };
}
