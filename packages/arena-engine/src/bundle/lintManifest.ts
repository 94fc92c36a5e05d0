import path from 'node:path';
import { BundleProblem } from '../Engine';
import { nearMiss } from '../text/suggest';
import { BundleContent } from './BundleContent';
import { BundleReader } from './BundleReader';
import { lintContent } from './lint/lintContent';
import {
  MANIFEST_KINDS,
  MANIFEST_SCHEMAS,
  ManifestKind,
} from './manifestSchemas';
import { promptConfigSchema } from './schemas/promptConfig';
import { providerSchema } from './schemas/provider';
import { scenarioSchema } from './schemas/scenario';
import { toolSchema } from './schemas/tool';
import { validateManifest } from './validateManifest';
import { YamlFile } from './YamlFile';

/**
 * Checks one file of a bundle on its own: a scenario, a prompt, a provider, a tool and so on. What it refers to is not looked for.
 *
 * @param file - any path
 * @public
 */
export async function lintManifest(
  file: string,
  options: { schemaOnly?: boolean } = {},
): Promise<BundleProblem[]> {
  const name = path.basename(file);
  let yaml: YamlFile;
  try {
    const reader = await BundleReader.open(path.dirname(path.resolve(file)));
    yaml = await reader.readYaml(name);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [{ severity: 'error', file: name, message }];
  }
  if (yaml.problems.length > 0) return yaml.problems;
  const kind: unknown = Reflect.get(Object(yaml.value), 'kind');
  const known = MANIFEST_KINDS.find(candidate => candidate === kind);
  if (!known) {
    return [
      yaml.problem(
        ['kind'],
        `Unknown kind ${JSON.stringify(
          kind,
        )}: allowed are ${MANIFEST_KINDS.join(', ')}`,
        { suggestion: nearMiss(String(kind), MANIFEST_KINDS) },
      ),
    ];
  }
  const { problems } = validateManifest(yaml, MANIFEST_SCHEMAS[known]);
  if (problems.length > 0 || options.schemaOnly) return problems;
  return lintContent(contentOf(known, yaml), { isWhole: false });
}

/** A bundle that has nothing but this file. */
function contentOf(kind: ManifestKind, yaml: YamlFile): BundleContent {
  const { file, value } = yaml;
  const content: BundleContent = {
    directory: '.',
    arenaFile: '',
    arena: { providers: [], defaults: {} },
    prompts: new Map(),
    providers: [],
    scenarios: [],
    tools: new Map(),
    personas: new Map(),
    evals: [],
    skills: [],
    stepSchemas: new Map(),
    globalAssertions: [],
    files: new Map([[file, yaml]]),
    warnings: [],
  };
  switch (kind) {
    case 'Scenario': {
      const { metadata, spec } = scenarioSchema.parse(value);
      const id = metadata?.name ?? spec.id ?? '';
      content.scenarios.push({ id, file, spec, labels: {}, key: '' });
      break;
    }
    case 'Provider': {
      const { metadata, spec } = providerSchema.parse(value);
      const id = metadata?.name ?? spec.id ?? '';
      content.providers.push({ id, file, spec, group: 'default', key: '' });
      break;
    }
    case 'PromptConfig': {
      const { spec } = promptConfigSchema.parse(value);
      content.prompts.set(spec.task_type, { file, spec, vars: {} });
      break;
    }
    case 'Tool': {
      const { metadata, spec } = toolSchema.parse(value);
      const name = metadata?.name ?? spec.name ?? '';
      content.tools.set(name, { name, file, spec });
      break;
    }
    default:
      break;
  }
  return content;
}
