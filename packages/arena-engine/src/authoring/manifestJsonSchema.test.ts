import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Validator } from '@cfworker/json-schema';
import { parse } from 'yaml';
import { MANIFEST_KINDS } from '../bundle/manifestSchemas';
import { manifestJsonSchema } from './manifestJsonSchema';

const EXAMPLE = path.resolve(
  __dirname,
  '../../../../examples/bundles/support-agent',
);

const example = (file: string): Record<string, unknown> =>
  parse(readFileSync(path.join(EXAMPLE, file), 'utf8'));

const faults = (schema: object, value: unknown) =>
  new Validator(schema, '7').validate(value).errors.map(({ error }) => error);

describe('manifestJsonSchema', () => {
  it.each(MANIFEST_KINDS)('is a draft 7 schema of %s', kind => {
    expect(manifestJsonSchema(kind)).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      additionalProperties: false,
      required: expect.arrayContaining(['apiVersion', 'kind', 'spec']),
    });
  });

  it('takes the files of a sound bundle', () => {
    for (const [kind, file] of [
      ['Arena', 'config.arena.yaml'],
      ['Scenario', 'scenarios/order-status.scenario.yaml'],
      ['PromptConfig', 'prompts/support.prompt.yaml'],
      ['Tool', 'tools/lookup-order.tool.yaml'],
      ['Provider', 'providers/scripted.provider.yaml'],
    ] as const) {
      expect(faults(manifestJsonSchema(kind), example(file))).toEqual([]);
    }
  });

  it('refuses unknown fields and wrong values', () => {
    const scenario = example('scenarios/order-status.scenario.yaml');
    const schema = manifestJsonSchema('Scenario');
    const { spec } = scenario as { spec: Record<string, unknown> };
    expect(
      faults(schema, { ...scenario, spec: { ...spec, trialz: 3 } }).join(),
    ).toContain('trialz');
    expect(
      faults(schema, { ...scenario, spec: { ...spec, trials: 'three' } }),
    ).not.toEqual([]);
  });

  it('describes fields and proposes checks without closing the list', () => {
    const schema = JSON.stringify(manifestJsonSchema('Scenario'));
    expect(schema).toContain('"description":"How often each cell is run."');
    expect(schema).toContain('"content_includes"');
    const scenario = example('scenarios/order-status.scenario.yaml');
    const own = { conversation_assertions: [{ type: 'my_own' }] };
    const { spec } = scenario as { spec: Record<string, unknown> };
    expect(
      faults(manifestJsonSchema('Scenario'), {
        ...scenario,
        spec: { ...spec, ...own },
      }),
    ).toEqual([]);
  });
});
