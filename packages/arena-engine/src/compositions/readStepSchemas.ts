import path from 'node:path';
import { BundleReader } from '../bundle/BundleReader';
import { CompositionSpec } from '../bundle/schemas/composition';
import { YamlFile } from '../bundle/YamlFile';

/**
 * Reads the schema files that steps of compositions name. Those that cannot be read are problems which the original overlooks.
 *
 * @param yaml - the arena file; files are named relative to its folder
 * @returns The schemas by the name that steps use.
 */
export async function readStepSchemas(
  compositions: Readonly<Record<string, CompositionSpec>>,
  reader: BundleReader,
  yaml: YamlFile,
): Promise<Map<string, unknown>> {
  const schemas = new Map<string, unknown>();
  for (const { name, at } of schemaFiles(compositions)) {
    if (schemas.has(name)) continue;
    const file = path.posix.join(
      path.posix.dirname(yaml.file.replaceAll('\\', '/')),
      name,
    );
    try {
      // JSON is YAML, too.
      const { value, problems } = await reader.readYaml(file);
      reader.tolerable.push(...problems);
      if (problems.length === 0) schemas.set(name, value);
    } catch (error) {
      reader.tolerable.push(
        yaml.problem(
          at,
          error instanceof Error ? error.message : String(error),
        ),
      );
    }
  }
  return schemas;
}

function schemaFiles(compositions: Readonly<Record<string, CompositionSpec>>) {
  return Object.entries(compositions).flatMap(([composition, { steps }]) =>
    steps.flatMap((step, index) => {
      const at = ['spec', 'compositions', composition, 'steps', index];
      return [
        { step, at },
        ...(step.branches ?? []).map((leaf, branch) => ({
          step: leaf,
          at: [...at, 'branches', branch],
        })),
      ].flatMap(({ step: { output_schema: schema }, at: place }) =>
        typeof schema === 'string'
          ? [{ name: schema, at: [...place, 'output_schema'] }]
          : [],
      );
    }),
  );
}
