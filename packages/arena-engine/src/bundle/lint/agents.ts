import { below, LintRule } from './LintReport';
import { arenaPlace } from './places';

/** Agents that answer by rules. */
export const lintAgents: LintRule = (content, report) => {
  const place = arenaPlace(content);
  for (const [index, agent] of (content.arena.a2a_agents ?? []).entries()) {
    const at = below(place, 'a2a_agents', index);
    const skills = (agent.card?.skills ?? []).map(({ id }) => id);
    for (const [position, rule] of (agent.responses ?? []).entries()) {
      const here = below(at, 'responses', position);
      if (rule.error !== undefined && rule.match) {
        report.warn(
          below(here, 'match'),
          'In the original a rule with error ignores its match, and the error is an ordinary answer',
          { key: true },
        );
      }
      if (rule.skill && !skills.includes(rule.skill)) {
        report.warn(
          below(here, 'skill'),
          `The agent has no skill "${rule.skill}": it has ${
            skills.join(', ') || 'none'
          }`,
        );
      }
    }
  }
};
