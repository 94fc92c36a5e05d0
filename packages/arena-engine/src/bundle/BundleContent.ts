import { BundleProblem } from '../Engine';
import { ArenaSpec } from './schemas/arena';
import { AssertionSpec } from './schemas/common';
import { Skill } from '../skills/Skill';
import { EvalSpec } from './schemas/eval';
import { PersonaSpec } from './schemas/persona';
import { PromptConfigSpec } from './schemas/promptConfig';
import { ProviderSpec } from './schemas/provider';
import { ScenarioSpec } from './schemas/scenario';
import { ToolSpec } from './schemas/tool';
import { YamlFile } from './YamlFile';

export interface ScenarioEntry {
  id: string;
  /** Path within the bundle; absent for one that stands in the arena file. */
  file?: string;
  spec: ScenarioSpec;
  labels: Record<string, string>;
  /** Digest of the content. */
  key: string;
}

export interface ProviderEntry {
  id: string;
  file?: string;
  group: string;
  spec: ProviderSpec;
  key: string;
  /** Slot that holds the secret of a provider that a run brings itself. */
  credentialSlot?: string;
}

export interface PromptEntry {
  file?: string;
  spec: PromptConfigSpec;
  /** Values that the arena file gives to the prompt's variables. */
  vars: Record<string, string>;
}

export interface ToolEntry {
  name: string;
  file?: string;
  spec: ToolSpec;
}

export interface PersonaEntry {
  id: string;
  file?: string;
  spec: PersonaSpec;
}

/** An evaluation of saved conversations. */
export interface EvalEntry {
  id: string;
  file?: string;
  spec: EvalSpec;
  /** Paths of the saved conversations within the bundle, sorted; one that does not exist is among them as it was written. */
  recordings: string[];
  /** Digest of the content. */
  key: string;
}

/** Everything that was read from a bundle's files. */
export interface BundleContent {
  /** Absolute folder of the bundle. */
  directory: string;
  /** Relative to the folder. */
  arenaFile: string;
  arena: ArenaSpec;
  /** By task type. */
  prompts: Map<string, PromptEntry>;
  providers: ProviderEntry[];
  /** Sorted by id. */
  scenarios: ScenarioEntry[];
  tools: Map<string, ToolEntry>;
  /** By id. */
  personas: Map<string, PersonaEntry>;
  /** Sorted by id. */
  evals: EvalEntry[];
  skills: Skill[];
  /** Conversation assertions of every scenario. */
  globalAssertions: AssertionSpec[];
  /** Content of the schema files that steps of compositions name, by the name. */
  stepSchemas: ReadonlyMap<string, unknown>;
  /** The files as they were read, by path within the bundle. */
  files: ReadonlyMap<string, YamlFile>;
  /** Faults that a compatible run overlooks. */
  warnings: BundleProblem[];
}
