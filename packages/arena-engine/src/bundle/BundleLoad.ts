import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod/v4';
import { findRecordings } from '../evals/findRecordings';
import { readSkills } from '../skills/readSkills';
import { compositionProblems } from '../compositions/compositionProblems';
import { readStepSchemas } from '../compositions/readStepSchemas';
import { contentDigest } from '../text/digest';
import { workflowProblems } from '../workflow/workflowProblems';
import {
  BundleContent,
  EvalEntry,
  PersonaEntry,
  ProviderEntry,
  ScenarioEntry,
} from './BundleContent';
import { BundleReader } from './BundleReader';
import { readJudges } from './readJudges';
import { ArenaSpec } from './schemas/arena';
import { evalSchema } from './schemas/eval';
import { personaSchema } from './schemas/persona';
import { promptConfigSchema } from './schemas/promptConfig';
import { providerSchema } from './schemas/provider';
import { scenarioSchema } from './schemas/scenario';
import { toolSchema } from './schemas/tool';
import { roleProblems } from './roleProblems';
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
      arena: {
        ...this.spec,
        judges: readJudges(this.spec, (at, message) =>
          this.problem(at, message),
        ),
      },
      prompts: new Map(),
      providers: [],
      scenarios: [],
      tools: new Map(),
      personas: new Map(),
      evals: [],
      skills: [],
      globalAssertions: this.spec.globals?.conversation_assertions ?? [],
      stepSchemas: await readStepSchemas(
        this.spec.compositions ?? {},
        this.reader,
        this.yaml,
      ),
      files: this.reader.files,
      warnings: [],
    };
    await this.readPrompts(content);
    await this.readProviders(content);
    await this.readScenarios(content);
    await this.readTools(content);
    await this.readPersonas(content);
    await this.readEvals(content);
    await this.readSkills(content);
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
    const ids = new Set<string>();
    for (const [index, ref] of (this.spec.prompt_configs ?? []).entries()) {
      const at = ['spec', 'prompt_configs', index, 'file'];
      const read = await this.readRef(ref, promptConfigSchema, at);
      if (!read) continue;
      if (ref.id) ids.add(ref.id);
      add(at, { file: read.file, spec: read.value.spec }, ref.vars ?? {});
    }
    for (const [name, spec] of Object.entries(this.spec.prompt_specs ?? {})) {
      const at = ['spec', 'prompt_specs', name];
      if (ids.has(name)) this.problem(at, `Two prompts have the id "${name}"`);
      else add(at, { spec }, {});
    }
  }

  private async readProviders(content: BundleContent) {
    const byId = new Map<string, ProviderEntry>();
    const add = (
      at: Array<string | number>,
      entry: Omit<ProviderEntry, 'key'>,
    ) => {
      if (!this.isFree(byId, 'providers', entry, at)) return;
      byId.set(entry.id, {
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
        group: ref.group || DEFAULT_GROUP,
        spec,
      });
    }
    for (const [id, spec] of Object.entries(this.spec.provider_specs ?? {})) {
      add(['spec', 'provider_specs', id], { id, group: DEFAULT_GROUP, spec });
    }
    content.providers.push(...byId.values());
  }

  private async readScenarios(content: BundleContent) {
    const byId = new Map<string, ScenarioEntry>();
    const add = (
      at: Array<string | number>,
      entry: Omit<ScenarioEntry, 'key'>,
    ) => {
      if (!this.isFree(byId, 'scenarios', entry, at)) return;
      const { id, spec } = entry;
      byId.set(id, { ...entry, key: contentDigest({ id, spec }) });
    };
    for (const [index, ref] of (this.spec.scenarios ?? []).entries()) {
      const at = ['spec', 'scenarios', index, 'file'];
      const read = await this.readRef(ref, scenarioSchema, at);
      if (!read) continue;
      const { metadata, spec } = read.value;
      add(at, {
        id: metadata?.name ?? spec.id ?? '',
        file: read.file,
        spec,
        labels: { ...spec.labels, ...metadata?.labels },
      });
    }
    for (const [id, spec] of Object.entries(this.spec.scenario_specs ?? {})) {
      const labels = { ...spec.labels };
      add(['spec', 'scenario_specs', id], { id, spec, labels });
    }
    content.scenarios.push(...byId.values());
  }

  private async readTools(content: BundleContent) {
    for (const [index, ref] of (this.spec.tools ?? []).entries()) {
      const at = ['spec', 'tools', index, 'file'];
      const read = await this.readRef(ref, toolSchema, at);
      if (!read) continue;
      const { metadata, spec } = read.value;
      const name = metadata?.name ?? spec.name ?? '';
      const entry = { id: name, file: read.file };
      if (!this.isFree(content.tools, 'tools', entry, at)) continue;
      content.tools.set(name, { name, file: read.file, spec });
    }
    for (const [name, spec] of Object.entries(this.spec.tool_specs ?? {})) {
      const at = ['spec', 'tool_specs', name];
      if (!this.isFree(content.tools, 'tools', { id: name }, at)) continue;
      content.tools.set(name, { name, spec });
    }
  }

  private async readPersonas(content: BundleContent) {
    const { personas, persona_specs: inline } = this.spec.self_play ?? {};
    const add = (at: Array<string | number>, entry: PersonaEntry) => {
      if (!this.isFree(content.personas, 'personas', entry, at)) return;
      content.personas.set(entry.id, entry);
    };
    for (const [index, ref] of (personas ?? []).entries()) {
      const at = ['spec', 'self_play', 'personas', index, 'file'];
      const read = await this.readRef(ref, personaSchema, at);
      if (!read) continue;
      const { metadata, spec } = read.value;
      add(at, { id: metadata?.name ?? spec.id ?? '', file: read.file, spec });
    }
    for (const [id, spec] of Object.entries(inline ?? {})) {
      add(['spec', 'self_play', 'persona_specs', id], { id, spec });
    }
  }

  private async readEvals(content: BundleContent) {
    const byId = new Map<string, EvalEntry>();
    const add = async (
      at: Array<string | number>,
      entry: Pick<EvalEntry, 'id' | 'file' | 'spec'>,
    ) => {
      if (!this.isFree(byId, 'evals', entry, at)) return;
      const { id, spec } = entry;
      const recordings = await this.recordingsOf(entry, at);
      const key = contentDigest({ id, spec });
      byId.set(id, { ...entry, recordings, key });
    };
    for (const [index, ref] of (this.spec.evals ?? []).entries()) {
      const at = ['spec', 'evals', index, 'file'];
      const read = await this.readRef(ref, evalSchema, at);
      if (!read) continue;
      const { metadata, spec } = read.value;
      const id = metadata?.name ?? spec.id ?? '';
      await add(at, { id, file: read.file, spec });
    }
    for (const [id, spec] of Object.entries(this.spec.eval_specs ?? {})) {
      await add(['spec', 'eval_specs', id], { id, spec });
    }
    content.evals = [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Recordings are named relative to the folder of the file that names them. */
  private async recordingsOf(
    { file, spec }: Pick<EvalEntry, 'file' | 'spec'>,
    at: Array<string | number>,
  ): Promise<string[]> {
    const from = path.posix.dirname(
      (file ?? this.arenaFile).replaceAll('\\', '/'),
    );
    const named = path.posix.join(from, spec.recording.path);
    if (named.startsWith('../') || path.posix.isAbsolute(spec.recording.path)) {
      this.problem(
        at,
        `The recording "${spec.recording.path}" lies outside of the bundle`,
      );
      return [];
    }
    try {
      const found = await findRecordings(this.reader.directory, named);
      return found.length > 0 ? found : [named];
    } catch (error) {
      this.problem(at, error instanceof Error ? error.message : String(error));
      return [];
    }
  }

  private async readSkills(content: BundleContent) {
    const sources = this.spec.skills ?? [];
    if (sources.length === 0) return;
    const bundle = await realpath(this.reader.directory);
    content.skills = await readSkills(sources, {
      bundle,
      base: path.resolve(bundle, path.dirname(this.arenaFile)),
      faults: {
        problem: (at, message) => this.problem(at, message),
        tolerable: (at, message) =>
          this.reader.tolerable.push(this.yaml.problem(at, message)),
        inFile: problems => this.reader.problems.push(...problems),
      },
    });
  }

  private checkReferences(content: BundleContent) {
    // One fault at a time: a provider file that could not be read is named already.
    if (this.reader.problems.length > 0) return;
    this.reader.problems.push(...roleProblems(content, this.yaml));
    // Names in these are looked at when something is done with them; the original then goes on without.
    this.reader.tolerable.push(
      ...workflowProblems(content, this.yaml),
      ...compositionProblems(content, this.yaml),
    );
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

  /** The last of several files with one name is taken; an inline one may not repeat a name. */
  private isFree(
    taken: ReadonlyMap<string, unknown>,
    what: string,
    entry: { id: string; file?: string },
    at: Array<string | number>,
  ): boolean {
    const { id, file } = entry;
    if (id === '') {
      this.problem(at, `One of the ${what} has no metadata.name`);
      return false;
    }
    if (!taken.has(id)) return true;
    const fault = this.yaml.problem(at, `Two ${what} have the name "${id}"`);
    if (file === undefined) {
      this.reader.problems.push(fault);
      return false;
    }
    this.reader.tolerable.push(fault);
    return true;
  }

  private problem(at: Array<string | number>, message: string) {
    this.reader.problems.push(this.yaml.problem(at, message));
  }
}
