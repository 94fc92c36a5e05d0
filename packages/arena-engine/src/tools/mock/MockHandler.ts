import { ToolSpec } from '../../bundle/schemas/tool';
import { MessagePart } from '../../conversation/messages';
import { loadPart } from '../../media/loadPart';
import { compileGoTemplate, GoTemplate } from '../../templates/goTemplate';
import { ToolAnswer, ToolHandler } from '../ToolHandler';
import { refuseDeepText } from '../toolJson';

const DEFAULT_RESULT = { result: 'mock response' };

/** Answers from the tool's own file. */
export class MockHandler implements ToolHandler {
  private readonly template?: GoTemplate | string;
  private parts?: Promise<MessagePart[]>;

  constructor(
    private readonly spec: Pick<
      ToolSpec,
      'mock_result' | 'mock_template' | 'mock_parts'
    >,
    private readonly loadMedia: (
      part: Parameters<typeof loadPart>[0],
    ) => Promise<MessagePart>,
  ) {
    if (spec.mock_template !== undefined) {
      this.template = compileGoTemplate(spec.mock_template);
    }
  }

  handle(args: Record<string, unknown>): Promise<ToolAnswer> | ToolAnswer {
    const { mock_result: result, mock_parts: parts } = this.spec;
    if (parts?.length) return this.withParts(parts);
    if (this.template === undefined) return { value: result ?? DEFAULT_RESULT };
    if (typeof this.template === 'string') throw new Error(this.template);
    return readTemplateOutput(this.template.execute(args));
  }

  private async withParts(
    specs: NonNullable<ToolSpec['mock_parts']>,
  ): Promise<ToolAnswer> {
    this.parts ??= Promise.all(specs.map(this.loadMedia));
    const parts = await this.parts;
    const text = parts.map(part => (part.type === 'text' ? part.text : ''));
    return { value: text.join(''), parts };
  }
}

/** @throws ToolError when it is JSON that is nested too deeply. */
function readTemplateOutput(text: string): ToolAnswer {
  refuseDeepText(text);
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'number'
      ? { value, literal: text.trim() }
      : { value };
  } catch {
    // Text that is not JSON is an answer, too.
    return { value: { result: text } };
  }
}
