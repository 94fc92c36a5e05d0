import { BundleProblem } from '../Engine';
import { nearMiss } from '../text/suggest';
import { BundleContent } from './BundleContent';
import { YamlFile } from './YamlFile';

/**
 * Judges, self-play roles and classifiers whose provider does not exist.
 *
 * @param yaml - the arena file
 */
export function roleProblems(
  content: BundleContent,
  yaml: YamlFile,
): BundleProblem[] {
  const ids = content.providers.map(({ id }) => id);
  const { judges, judge_specs: specs, self_play: selfPlay } = content.arena;
  const inference = content.arena.defaults.inference ?? {};
  const uses = [
    ...(judges ?? []).map(({ name, provider }, index) => ({
      what: `Judge "${name}"`,
      provider,
      at: Object.hasOwn(specs ?? {}, name)
        ? ['spec', 'judge_specs', name, 'provider']
        : ['spec', 'judges', index, 'provider'],
    })),
    ...(selfPlay?.roles ?? []).map(({ id, provider }, index) => ({
      what: `Self-play role "${id}"`,
      provider,
      at: ['spec', 'self_play', 'roles', index, 'provider'],
    })),
    ...Object.entries(inference).flatMap(([what, provider]) =>
      typeof provider === 'string' && provider !== ''
        ? [{ what, provider, at: ['spec', 'defaults', 'inference', what] }]
        : [],
    ),
  ];
  return uses.flatMap(({ what, provider, at }) =>
    ids.includes(provider)
      ? []
      : [
          yaml.problem(
            at,
            `${what} names the provider "${provider}", which does not exist: allowed are ${
              ids.join(', ') || 'none'
            }`,
            { suggestion: nearMiss(provider, ids) },
          ),
        ],
  );
}
