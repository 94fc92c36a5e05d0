import { BundleProblem } from '../Engine';
import { nearMiss } from '../text/suggest';
import { BundleContent } from './BundleContent';
import { YamlFile } from './YamlFile';

/**
 * Judges and self-play roles whose provider does not exist.
 *
 * @param yaml - the arena file
 */
export function roleProblems(
  content: BundleContent,
  yaml: YamlFile,
): BundleProblem[] {
  const ids = content.providers.map(({ id }) => id);
  const { judges, self_play: selfPlay } = content.arena;
  const uses = [
    ...(judges ?? []).map(({ name, provider }, index) => ({
      what: `Judge "${name}"`,
      provider,
      at: ['spec', 'judges', index, 'provider'],
    })),
    ...(selfPlay?.roles ?? []).map(({ id, provider }, index) => ({
      what: `Self-play role "${id}"`,
      provider,
      at: ['spec', 'self_play', 'roles', index, 'provider'],
    })),
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
