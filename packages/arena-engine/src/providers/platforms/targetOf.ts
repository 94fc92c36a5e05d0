import { ProviderSpec } from '../../bundle/schemas/provider';

export type DialectName = 'openai' | 'claude' | 'gemini' | 'ollama';

export type PlatformName = 'bedrock' | 'vertex' | 'azure';

/** Whose protocol a provider speaks, and which cloud serves it. */
export interface Target {
  dialect: DialectName;
  platform?: PlatformName;
}

const DIALECTS: Record<string, DialectName> = {
  openai: 'openai',
  vllm: 'openai',
  claude: 'claude',
  anthropic: 'claude',
  gemini: 'gemini',
  ollama: 'ollama',
};

const PLATFORMS: Record<string, PlatformName> = {
  bedrock: 'bedrock',
  aws: 'bedrock',
  vertex: 'vertex',
  gcp: 'vertex',
  azure: 'azure',
  'azure-ai': 'azure',
};

/** What each cloud serves; the first is what it is when the type names only the cloud. */
const SERVED: Record<PlatformName, readonly DialectName[]> = {
  bedrock: ['claude', 'openai'],
  vertex: ['gemini', 'claude'],
  azure: ['openai', 'claude'],
};

/** @throws Error when the cloud does not serve such models. */
export function targetOf({ type, model = '', platform }: ProviderSpec): Target {
  const cloud = PLATFORMS[platform?.type ?? type];
  const dialect = DIALECTS[type] ?? dialectOfModel(model, cloud);
  if (cloud === undefined) return { dialect };
  const served = SERVED[cloud];
  if (!served.includes(dialect)) {
    throw new Error(
      `type ${type} is not served by platform ${cloud}: allowed are ${served.join(
        ' and ',
      )}`,
    );
  }
  return { dialect, platform: cloud };
}

function dialectOfModel(model: string, cloud: PlatformName): DialectName {
  if (/claude/.test(model)) return 'claude';
  if (/gpt|openai/.test(model)) return 'openai';
  return SERVED[cloud][0];
}
