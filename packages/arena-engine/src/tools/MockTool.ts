import { ToolEntry } from '../bundle/BundleContent';
import { goJson } from '../text/goText';
import { compileJsonSchema, ValidateJson } from '../text/jsonSchema';
import { compileGoTemplate, GoTemplate } from '../templates/goTemplate';
import { coerceArguments } from './coerceArguments';
import { failed, Tool, ToolDescriptor, ToolOutcome } from './Tool';

const DEFAULT_RESULT = { result: 'mock response' };

/** A tool that answers from its own file. Arguments and results are held to its schemas. */
export class MockTool implements Tool {
  readonly descriptor: ToolDescriptor;
  private readonly validateInput: ValidateJson | string;
  private readonly validateOutput: ValidateJson | string;
  private readonly template?: GoTemplate | string;

  constructor(private readonly entry: ToolEntry) {
    const { spec, name } = entry;
    this.descriptor = {
      name,
      description: spec.description,
      inputSchema: spec.input_schema,
    };
    this.validateInput = compileJsonSchema(spec.input_schema);
    this.validateOutput = compileJsonSchema(spec.output_schema);
    if (spec.mock_template !== undefined) {
      this.template = compileGoTemplate(spec.mock_template);
    }
  }

  async call(args: Record<string, unknown>): Promise<ToolOutcome> {
    const { name, spec } = this.entry;
    if (typeof this.validateInput === 'string') {
      return failed(
        `${name}: input_schema: ${this.validateInput}`,
        'execution',
      );
    }
    const coerced = coerceArguments(args, spec.input_schema);
    const faults = this.validateInput(coerced);
    if (faults.length > 0) {
      return failed(
        `invalid arguments for ${name}: ${faults.join('; ')}`,
        'validation',
      );
    }
    if (spec.mock_parts?.length) {
      const text = spec.mock_parts.map(part => part.text ?? '').join('');
      return { text, compact: text, parts: spec.mock_parts };
    }
    let result: unknown;
    let literal: string | undefined;
    try {
      ({ result, literal } = this.result(coerced));
    } catch (error) {
      return failed(
        `${name}: ${error instanceof Error ? error.message : String(error)}`,
        'execution',
      );
    }
    if (typeof this.validateOutput === 'string') {
      return failed(
        `${name}: output_schema: ${this.validateOutput}`,
        'execution',
      );
    }
    const outputFaults = this.validateOutput(result);
    if (outputFaults.length > 0) {
      return failed(
        `the result of ${name} does not fit its output_schema: ${outputFaults.join(
          '; ',
        )}`,
        'execution',
      );
    }
    return literal === undefined
      ? resultOutcome(result)
      : { text: literal, compact: literal };
  }

  private result(args: Record<string, unknown>): {
    result: unknown;
    /** How a number was written, which a number does not remember. */
    literal?: string;
  } {
    const { spec } = this.entry;
    if (this.template === undefined) {
      return { result: spec.mock_result ?? DEFAULT_RESULT };
    }
    if (typeof this.template === 'string') throw new Error(this.template);
    const text = this.template.execute(args);
    try {
      const result: unknown = JSON.parse(text);
      return typeof result === 'number'
        ? { result, literal: text.trim() }
        : { result };
    } catch {
      // Text that is not JSON is an answer, too.
      return { result: { result: text } };
    }
  }
}

/** Texts are given to the model as they are, everything else as indented JSON. */
export function resultOutcome(result: unknown): ToolOutcome {
  return typeof result === 'string'
    ? { text: result, compact: result }
    : { text: goJson(result, 2), compact: goJson(result) };
}
