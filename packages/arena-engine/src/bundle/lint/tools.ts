import { compileGoTemplate } from '../../templates/goTemplate';
import { compileJsonSchema } from '../../text/jsonSchema';
import { ToolEntry } from '../BundleContent';
import { below, LintReport, LintRule, Place } from './LintReport';
import { toolPlace } from './places';

/** The section that belongs to a mode. */
const SECTIONS = { http: 'live', exec: 'exec', client: 'client' } as const;

/** Tools that cannot work, and parts of them that nothing uses. */
export const lintTools: LintRule = (content, report) => {
  for (const tool of content.tools.values()) {
    const place = toolPlace(content, tool);
    if (tool.spec.name !== undefined && tool.spec.name !== tool.name) {
      report.warn(
        below(place, 'name'),
        `spec.name "${tool.spec.name}" has no effect: the name is "${tool.name}"`,
      );
    }
    lintSchemas(tool, report, place);
    lintMode(tool, report, place);
  }
};

function lintSchemas(tool: ToolEntry, report: LintReport, place: Place): void {
  for (const field of ['input_schema', 'output_schema'] as const) {
    const compiled = compileJsonSchema(tool.spec[field]);
    if (typeof compiled === 'string') {
      report.error(
        below(place, field),
        `${field} is no JSON schema: ${compiled}`,
      );
    }
  }
  const { spec } = tool;
  const isLiteral =
    spec.mock_template === undefined && !spec.mock_parts?.length;
  if (spec.mode !== 'mock' || spec.mock_result === undefined || !isLiteral) {
    return;
  }
  const validate = compileJsonSchema(spec.output_schema);
  const faults = typeof validate === 'string' ? [] : validate(spec.mock_result);
  if (faults.length > 0) {
    report.error(
      below(place, 'mock_result'),
      `mock_result does not fit output_schema, so that every call fails: ${faults.join(
        '; ',
      )}`,
    );
  }
}

function lintMode({ spec }: ToolEntry, report: LintReport, place: Place): void {
  if (spec.mock_template !== undefined) {
    const compiled = compileGoTemplate(spec.mock_template);
    if (typeof compiled === 'string') {
      report.error(
        below(place, 'mock_template'),
        `mock_template is no template: ${compiled}`,
      );
    }
    if (spec.mock_result !== undefined) {
      report.warn(
        below(place, 'mock_result'),
        'mock_result has no effect: mock_template takes its place',
        { key: true },
      );
    }
  }
  for (const [section, mode] of Object.entries(SECTIONS)) {
    const key = section as keyof typeof SECTIONS;
    if (spec[key] && spec.mode !== mode) {
      report.warn(
        below(place, key),
        `${key} has no effect: the mode is ${spec.mode}`,
        { key: true },
      );
    }
  }
  if (spec.mode === 'live' && !spec.http) {
    report.error(below(place, 'mode'), 'A tool of the mode live needs http');
  }
  if (spec.mode === 'exec' && !spec.exec) {
    report.error(below(place, 'mode'), 'A tool of the mode exec needs exec');
  }
  const simulated = spec.mode === 'mock' || spec.mode === 'client';
  for (const field of ['mock_result', 'mock_template'] as const) {
    if (spec[field] !== undefined && !simulated) {
      report.warn(
        below(place, field),
        `${field} has no effect: the mode is ${spec.mode}`,
        { key: true },
      );
    }
  }
}
