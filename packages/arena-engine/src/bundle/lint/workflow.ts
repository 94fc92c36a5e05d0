import { nearMiss } from '../../text/suggest';
import { BundleContent } from '../BundleContent';
import { innerCheck } from './checks';
import { checkUses } from './checkUses';
import { below, LintReport, LintRule, Place } from './LintReport';
import { arenaPlace, scenarioPlace } from './places';

/** Checks that name one state. */
const STATE_CHECKS = ['state_is', 'transitioned_to', 'spoke_in_state'];

/** Scenarios and checks of a workflow. */
export const lintWorkflow: LintRule = (content, report) => {
  const { workflow } = content.arena;
  if (!workflow) return;
  const states = Object.keys(workflow.states);
  for (const { spec, place } of checkUses(content)) {
    const { type, params, path } = innerCheck(spec);
    const at = below(place, ...path);
    if (STATE_CHECKS.includes(type)) {
      lintState(params.state, below(at, 'state'), states, report);
    } else if (
      type === 'workflow_transition_order' &&
      Array.isArray(params.sequence)
    ) {
      for (const [index, state] of params.sequence.entries()) {
        lintState(state, below(at, 'sequence', index), states, report);
      }
    }
  }
  lintEntries(content, report);
  lintStreaming(content, report);
  lintHandOffs(content, report);
};

function lintState(
  state: unknown,
  at: Place,
  states: readonly string[],
  report: LintReport,
): void {
  if (typeof state !== 'string' || states.includes(state)) return;
  report.warn(
    at,
    `The workflow has no state "${state}": it has ${states.join(', ')}`,
    { suggestion: nearMiss(state, states) },
  );
}

/** Which state a scenario begins in. */
function lintEntries(content: BundleContent, report: LintReport): void {
  const { workflow } = content.arena;
  if (!workflow) return;
  const tasks = Object.values(workflow.states).map(state => state.prompt_task);
  const entryTask = workflow.states[workflow.entry]?.prompt_task;
  for (const scenario of content.scenarios) {
    const { task_type: task } = scenario.spec;
    if (!task || task === entryTask) continue;
    const count = tasks.filter(candidate => candidate === task).length;
    if (count === 1) continue;
    report.error(
      below(scenarioPlace(content, scenario), 'task_type'),
      `${
        count === 0 ? 'No state has' : 'Several states have'
      } the prompt_task "${task}": the scenario cannot begin`,
      {
        suggestion: nearMiss(
          task,
          tasks.flatMap(candidate => candidate ?? []),
        ),
      },
    );
  }
}

function lintStreaming(content: BundleContent, report: LintReport): void {
  const { workflow } = content.arena;
  const bare = Object.values(workflow?.states ?? {}).some(
    ({ prompt_task: task }) =>
      task !== undefined && !content.prompts.get(task)?.spec.validators?.length,
  );
  if (!bare) return;
  for (const scenario of content.scenarios) {
    if (!scenario.spec.streaming) continue;
    report.warn(
      below(scenarioPlace(content, scenario), 'streaming'),
      'In the original, streamed turns of prompts without guardrails carry out the last transition only, after the reply',
    );
  }
}

function lintHandOffs(content: BundleContent, report: LintReport): void {
  const { workflow } = content.arena;
  const targets = new Set(
    Object.values(workflow?.states ?? {}).flatMap(({ on_event: events }) =>
      Object.values(events ?? {}),
    ),
  );
  for (const name of targets) {
    const task = workflow?.states[name]?.prompt_task;
    const prompt = content.prompts.get(task ?? '');
    if (prompt?.spec.validators?.length && name !== workflow?.entry) {
      report.warn(
        below(arenaPlace(content), 'workflow', 'states', name, 'prompt_task'),
        `In the original the guardrails of the prompt "${task}" hold from the turn after the hand-off on`,
      );
    }
    const required = prompt?.spec.variables?.find(
      variable => variable.required,
    );
    if (!required) continue;
    report.warn(
      below(arenaPlace(content), 'workflow', 'states', name, 'prompt_task'),
      `In the original no state can hand over to the prompt "${task}" within a turn, because it requires the variable "${required.name}"`,
    );
  }
}
