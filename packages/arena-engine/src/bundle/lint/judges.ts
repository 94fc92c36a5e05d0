import { BundleContent } from '../BundleContent';
import { JUDGE_CHECKS } from './checkQuirks';
import { innerCheck } from './checks';
import { checkUses } from './checkUses';
import { below, LintRule } from './LintReport';
import { arenaPlace } from './places';

const DEFAULT_GROUP = 'default';

/** Providers that judge or play the user. */
export const lintRoleProviders: LintRule = (content, report) => {
  const place = arenaPlace(content);
  const { judges, self_play: selfPlay } = content.arena;
  const roles = [
    ...(judges ?? []).map(({ name, provider }, index) => ({
      what: `Judge "${name}"`,
      provider,
      at: below(place, 'judges', index, 'provider'),
    })),
    ...(selfPlay?.roles ?? []).map(({ id, provider }, index) => ({
      what: `Self-play role "${id}"`,
      provider,
      at: below(place, 'self_play', 'roles', index, 'provider'),
    })),
  ];
  for (const { what, provider, at } of roles) {
    const entry = content.providers.find(({ id }) => id === provider);
    const isChosen = content.scenarios.some(
      ({ spec }) =>
        !spec.providers?.length &&
        (spec.provider_group || DEFAULT_GROUP) === DEFAULT_GROUP,
    );
    if (entry?.group === DEFAULT_GROUP && isChosen) {
      report.warn(
        at,
        `${what}: the provider "${provider}" is also tested itself, because it is in the group default. Give it a group of its own`,
      );
    }
  }
  if ((judges?.length ?? 0) > 1) {
    report.warn(
      below(place, 'judges'),
      'The original takes any one of several judges, and ignores the name that a check asks for',
      { key: true },
    );
  }
};

/** Checks that need a judge where there is none. */
export const lintJudgeChecks: LintRule = (content, report) => {
  const { judges, judge_specs: specs } = content.arena;
  if (judges?.length || Object.keys(specs ?? {}).length > 0) return;
  for (const { spec, place } of checkUses(content)) {
    const { type } = innerCheck(spec);
    if (!JUDGE_CHECKS.includes(type)) continue;
    report.warn(
      below(place, 'type'),
      `The arena file names no judge: ${type} scores 0`,
    );
  }
};

/** Ids of the mock providers that judge. */
export function mockJudges(content: BundleContent): Set<string> {
  const ids = (content.arena.judges ?? []).map(({ provider }) => provider);
  return new Set(
    ids.filter(id =>
      content.providers.some(
        provider => provider.id === id && provider.spec.type === 'mock',
      ),
    ),
  );
}
