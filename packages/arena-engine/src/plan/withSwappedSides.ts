import {
  BundleContent,
  ProviderEntry,
  ScenarioEntry,
} from '../bundle/BundleContent';
import { PlanError, PlanOptions } from '../Engine';
import { findPlayers } from '../runner/RoleProviders';
import { contentDigest } from '../text/digest';
import { Candidate } from './candidates';

type Chosen = ReadonlyArray<Candidate | string>;

/**
 * Adds to what each scenario is run on the same conversations with the sides exchanged: whoever plays the user there answers, and what was under test
 * plays the user. Scenarios in which nobody plays the user stay as they are.
 *
 * @param chosen - aligned with the scenarios
 * @throws PlanError: `NoSelfPlay` when nobody plays the user anywhere, `UnsupportedFeature` for an agent that would have to
 */
export function withSwappedSides(
  content: BundleContent,
  scenarios: readonly ScenarioEntry[],
  chosen: readonly Chosen[],
  options: Pick<PlanOptions, 'selfPlay' | 'providers'>,
): Chosen[] {
  if (!options.selfPlay) return [...chosen];
  const players = findPlayers(content, options.providers ?? []);
  const played = scenarios.map(scenario => rolesOf(scenario, content));
  if (played.every(roles => roles.length === 0)) {
    throw new PlanError(
      'NoSelfPlay',
      'Self-play is asked for, but no turn of the selected scenarios has a role of self_play.roles: leave it out, or give a turn such a role and a persona',
    );
  }
  if (!options.selfPlay.swapRoles) return [...chosen];
  const pairs = new Map<string, Candidate>();
  const swapped = (assistant: ProviderEntry, user: Candidate): Candidate => {
    const id = `${assistant.id} (user: ${user.id})`;
    const known = pairs.get(id);
    if (known) return known;
    if (user.spec.type === 'agent') {
      throw new PlanError(
        'UnsupportedFeature',
        `The sides cannot be exchanged with the agent "${user.id}": agents take no instructions, so that it cannot play a user; leave swapRoles out`,
      );
    }
    const pair: Candidate = {
      id,
      group: user.group,
      spec: assistant.spec,
      names: [id],
      key: contentDigest({ assistant: assistant.key, user: user.key }),
      swapped: { assistant, user },
    };
    pairs.set(id, pair);
    return pair;
  };
  return chosen.map((entries, position) => {
    const others = new Set(
      played[position].flatMap(role => players.get(role) ?? []),
    );
    return [
      ...entries,
      ...entries.flatMap(entry =>
        typeof entry === 'string'
          ? []
          : [...others]
              .filter(({ id }) => id !== entry.id)
              .map(other => swapped(other, entry)),
      ),
    ];
  });
}

/** Self-play roles of a scenario's turns, each once. */
function rolesOf({ spec }: ScenarioEntry, { arena }: BundleContent): string[] {
  const known = new Set((arena.self_play?.roles ?? []).map(({ id }) => id));
  const roles = (spec.turns ?? []).map(({ role }) => role);
  return [...new Set(roles)].filter(role => known.has(role));
}
