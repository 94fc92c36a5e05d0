import { BundleProblem } from '../Engine';
import { ArenaSpec } from './schemas/arena';
import { AssertionSpec } from './schemas/common';
import { PromptConfigSpec } from './schemas/promptConfig';
import { ProviderSpec } from './schemas/provider';
import { ScenarioSpec } from './schemas/scenario';
import { ToolSpec } from './schemas/tool';

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
  /** Conversation assertions of every scenario. */
  globalAssertions: AssertionSpec[];
  warnings: BundleProblem[];
}
