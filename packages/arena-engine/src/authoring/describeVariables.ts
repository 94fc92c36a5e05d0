import { ScenarioEntry } from '../bundle/BundleContent';
import { PreparedPrompt } from '../conversation/PreparedPrompt';
import { Variables } from '../templates/placeholders';

/** @public */
export interface PromptVariable {
  name: string;
  value: string;
  /** Where the value comes from. */
  source:
    | 'workflow'
    | 'scenario'
    | 'arena file'
    | 'region'
    | 'prompt default'
    | 'context_metadata'
    | 'built in';
}

/** Tells for each value who gave it; of several the strongest. */
export function describeVariables(
  values: Variables,
  from: {
    fromFeatures: readonly Variables[];
    prompt: PreparedPrompt;
    scenario: ScenarioEntry;
  },
): PromptVariable[] {
  const { prompt, scenario } = from;
  const { domain, user_role: userRole } = scenario.spec.context_metadata ?? {};
  const sources: Array<[PromptVariable['source'], Readonly<object>]> = [
    ['workflow', Object.assign({}, ...from.fromFeatures)],
    ['scenario', scenario.spec.variables ?? {}],
    ['arena file', prompt.entry?.vars ?? {}],
    ['region', { region: '' }],
    ['prompt default', prompt.defaults],
    [
      'context_metadata',
      {
        ...(domain === undefined ? {} : { domain }),
        ...(userRole === undefined ? {} : { user_role: userRole }),
      },
    ],
  ];
  return Object.entries(values).map(([name, value]) => ({
    name,
    value,
    source:
      sources.find(([, given]) => Object.hasOwn(given, name))?.[0] ??
      'built in',
  }));
}
