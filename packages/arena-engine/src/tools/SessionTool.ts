import { goJson } from '../text/goText';
import { compileJsonSchema, ValidateJson } from '../text/jsonSchema';
import { coerceArguments } from './coerceArguments';
import { failed, Tool, ToolDescriptor, ToolOutcome } from './Tool';

/** Carries out a call whose arguments are right. */
export type SessionCall = (
  args: Record<string, unknown>,
) => ToolOutcome | Promise<ToolOutcome>;

/** A tool that acts on the conversation which calls it: compiled once, bound to each conversation. */
export class SessionTool {
  private readonly validate: ValidateJson;

  constructor(private readonly descriptor: ToolDescriptor) {
    const validate = compileJsonSchema(descriptor.inputSchema);
    if (typeof validate === 'string') throw new Error(validate);
    this.validate = validate;
  }

  bind(call: SessionCall): Tool {
    const { descriptor, validate } = this;
    return {
      descriptor,
      call: async args => {
        const coerced = coerceArguments(args, descriptor.inputSchema);
        const faults = validate(coerced);
        return faults.length > 0
          ? failed(
              `invalid arguments for ${descriptor.name}: ${faults.join('; ')}`,
              'validation',
            )
          : call(coerced);
      },
    };
  }
}

/** An answer of a tool as models and checks read it. */
export function answered(
  value: Readonly<Record<string, unknown>>,
): ToolOutcome {
  return { text: goJson(value, 2), compact: goJson(value) };
}
