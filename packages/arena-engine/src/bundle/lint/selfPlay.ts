import { nearMiss } from '../../text/suggest';
import { below, LintRule } from './LintReport';
import { arenaPlace, personaPlace, scenarioPlace } from './places';

/** Simulated users. */
export const lintPersonas: LintRule = (content, report) => {
  for (const persona of content.personas.values()) {
    const place = personaPlace(content, persona);
    const { spec } = persona;
    if (spec.id !== undefined && spec.id !== persona.id) {
      report.warn(
        below(place, 'id'),
        `spec.id "${spec.id}" has no effect: the name is "${persona.id}"`,
      );
    }
    if (spec.prompt_activity !== undefined) {
      report.error(
        below(place, 'prompt_activity'),
        'A persona with prompt_activity fails when it speaks: write system_template',
        { key: true, suggestion: 'system_template' },
      );
    }
    if (spec.voice !== undefined) {
      report.warn(
        below(place, 'voice'),
        'voice has no effect: speech is not supported',
        { key: true },
      );
    }
  }
};

/** Turns that simulated users play. */
export const lintSelfPlay: LintRule = (content, report) => {
  const roles = new Set(
    (content.arena.self_play?.roles ?? []).map(({ id }) => id),
  );
  const ids = [...content.personas.keys()];
  for (const scenario of content.scenarios) {
    const place = scenarioPlace(content, scenario);
    for (const [index, turn] of (scenario.spec.turns ?? []).entries()) {
      if (!roles.has(turn.role)) continue;
      const at = below(place, 'turns', index);
      if (turn.persona !== undefined && !ids.includes(turn.persona)) {
        report.error(
          below(at, 'persona'),
          `Persona "${turn.persona}" does not exist: the bundle has ${
            ids.join(', ') || 'none'
          }`,
          { suggestion: nearMiss(turn.persona, ids) },
        );
      }
      if (turn.content !== undefined) {
        report.warn(
          below(at, 'content'),
          'content has no effect: the persona says what it wants',
          { key: true },
        );
      }
      if (turn.max_turns !== undefined && turn.max_turns <= (turn.turns ?? 1)) {
        report.warn(
          below(at, 'max_turns'),
          'max_turns has no effect: it is not above turns',
          { key: true },
        );
      }
      if (scenario.spec.streaming && turn.streaming !== false) {
        report.warn(
          at,
          'In the original, streamed self-play has no checks, and each exchange is stored twice',
        );
      }
    }
  }
  for (const [index, { id }] of (
    content.arena.self_play?.roles ?? []
  ).entries()) {
    if (id !== 'user') continue;
    report.warn(
      below(arenaPlace(content), 'self_play', 'roles', index, 'id'),
      'A role "user" is never played: turns of this name are scripted',
    );
  }
};
