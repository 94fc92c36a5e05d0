import path from 'node:path';
import { z } from 'zod/v4';
import { contentDigest } from '../text/digest';
import { BundleContent } from './BundleContent';
import { BundleReader } from './BundleReader';
import { ArenaSpec } from './schemas/arena';
import { promptConfigSchema } from './schemas/promptConfig';
import { providerSchema } from './schemas/provider';
import { scenarioSchema } from './schemas/scenario';
import { toolSchema } from './schemas/tool';
import { UniqueIds } from './UniqueIds';
import { YamlFile } from './YamlFile';

const DEFAULT_GROUP = 'default';

type FileRef = { file: string };

/** One reading of a bundle. */
export class BundleLoad {
  constructor(
    private readonly reader: BundleReader,
    private readonly yaml: YamlFile,
    private readonly spec: ArenaSpec,
    private readonly arenaFile: string,
  ) {}

  async run(): Promise<BundleContent> {
    const content: BundleContent = {
      directory: this.reader.directory,
      arenaFile: this.arenaFile,
      arena: this.spec,
      prompts: new Map(),
      providers: [],
      scenarios: [],
      tools: new Map(),
      globalAssertions: this.spec.globals?.conversation_assertions ?? [],
      warnings: this.reader.warnings,
    };
    await this.readPrompts(content);
    await this.readProviders(content);
    await this.readScenarios(content);
    await this.readTools(content);
    this.checkReferences(content);
    content.scenarios.sort((a, b) => (a.id < b.id ? -1 : 1));
    return content;
  }

  private async readPrompts(content: BundleContent) {
    const add = (
      at: Array<string | number>,
      entry: {
        file?: string;
        spec: z.output<typeof promptConfigSchema>['spec'];
      },
      vars: Record<string, string>,
    ) => {
      const { task_type: taskType } = entry.spec;
      const other = content.prompts.get(taskType);
      if (taskType === '') {
        this.problem(at, 'The prompt has no task_type');
      } else if (other) {
        this.problem(
          at,
          `Two prompts have the task_type "${taskType}": this one and ${
            other.file ?? 'one of prompt_specs'
          }`,
        );
      } else {
        content.prompts.set(taskType, { ...entry, vars });
      }
    };
    for (const [index, ref] of (this.spec.prompt_configs ?? []).entries()) {
      const at = ['spec', 'prompt_configs', index, 'file'];
      const read = await this.readRef(ref, promptConfigSchema, at);
      if (read)
        add(at, { file: read.file, spec: read.value.spec }, ref.vars ?? {});
    }
    for (const [name, spec] of Object.entries(this.spec.prompt_specs ?? {})) {
      add(['spec', 'prompt_specs', name], { spec }, {});
    }
  }

  private async readProviders(content: BundleContent) {
    const ids = new UniqueIds();
    const add = (
      at: Array<string | number>,
      entry: Omit<BundleContent['providers'][number], 'key'>,
    ) => {
      if (!this.unique(ids, 'providers', entry.id, at)) return;
      content.providers.push({
        ...entry,
        key: contentDigest({ ...entry.spec, credential: undefined }),
      });
    };
    for (const [index, ref] of (this.spec.providers ?? []).entries()) {
      const at = ['spec', 'providers', index, 'file'];
      const read = await this.readRef(ref, providerSchema, at);
      if (!read) continue;
      const { metadata, spec } = read.value;
      add(at, {
        id: metadata?.name ?? spec.id ?? '',
        file: read.file,
        group: ref.group ?? DEFAULT_GROUP,
        spec,
      });
    }
    for (const [id, spec] of Object.entries(this.spec.provider_specs ?? {})) {
      add(['spec', 'provider_specs', id], { id, group: DEFAULT_GROUP, spec });
    }
  }

  private async readScenarios(content: BundleContent) {
    const ids = new UniqueIds();
    for (const [index, ref] of (this.spec.scenarios ?? []).entries()) {
      const at = ['spec', 'scenarios', index, 'file'];
      const read = await this.readRef(ref, scenarioSchema, at);
      if (!read) continue;
      const { metadata, spec } = read.value;
      const id = metadata?.name ?? spec.id ?? '';
      if (!this.unique(ids, 'scenarios', id, at)) continue;
      content.scenarios.push({
        id,
        file: read.file,
        spec,
        labels: { ...spec.labels, ...metadata?.labels },
        key: contentDigest({ id, spec }),
      });
    }
    for (const [id, spec] of Object.entries(this.spec.scenario_specs ?? {})) {
      const at = ['spec', 'scenario_specs', id];
      if (!this.unique(ids, 'scenarios', id, at)) continue;
      content.scenarios.push({
        id,
        spec,
        labels: { ...spec.labels },
        key: contentDigest({ id, spec }),
      });
    }
  }

  private async readTools(content: BundleContent) {
    const ids = new UniqueIds();
    for (const [index, ref] of (this.spec.tools ?? []).entries()) {
      const at = ['spec', 'tools', index, 'file'];
      const read = await this.readRef(ref, toolSchema, at);
      if (!read) continue;
      const { metadata, spec } = read.value;
      const name = metadata?.name ?? spec.name ?? '';
      if (!this.unique(ids, 'tools', name, at)) continue;
      content.tools.set(name, { name, file: read.file, spec });
    }
    for (const [name, spec] of Object.entries(this.spec.tool_specs ?? {})) {
      if (!this.unique(ids, 'tools', name, ['spec', 'tool_specs', name]))
        continue;
      content.tools.set(name, { name, spec });
    }
  }

  private checkReferences(content: BundleContent) {
    const known = new Set(content.providers.map(provider => provider.id));
    // One fault at a time: a provider file that could not be read is named already.
    if (this.reader.problems.length > 0) return;
    const names = [...known].join(', ') || 'none';
    for (const [index, judge] of (this.spec.judges ?? []).entries()) {
      if (!known.has(judge.provider)) {
        this.problem(
          ['spec', 'judges', index, 'provider'],
          `Judge "${judge.name}" names the provider "${judge.provider}", which does not exist: allowed are ${names}`,
        );
      }
    }
    for (const [index, role] of (this.spec.self_play?.roles ?? []).entries()) {
      if (!known.has(role.provider)) {
        this.problem(
          ['spec', 'self_play', 'roles', index, 'provider'],
          `Self-play role "${role.id}" names the provider "${role.provider}", which does not exist: allowed are ${names}`,
        );
      }
    }
  }

  /** Files are named relative to the folder of the arena file. */
  private readRef<S extends z.ZodType>(
    ref: FileRef,
    schema: S,
    at: Array<string | number>,
  ) {
    const file = path.posix.join(
      path.posix.dirname(this.arenaFile.replaceAll('\\', '/')),
      ref.file,
    );
    return this.reader.read(file, schema, { from: this.yaml, path: at });
  }

  private unique(
    ids: UniqueIds,
    what: string,
    id: string,
    at: Array<string | number>,
  ): boolean {
    if (id === '') {
      this.problem(at, `One of the ${what} has no metadata.name`);
      return false;
    }
    if (!ids.add(id)) {
      this.problem(at, `Two ${what} have the name "${id}"`);
      return false;
    }
    return true;
  }

  private problem(at: Array<string | number>, message: string) {
    this.reader.problems.push(this.yaml.problem(at, message));
  }
}
