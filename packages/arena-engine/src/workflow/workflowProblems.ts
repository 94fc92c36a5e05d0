import { BundleContent } from '../bundle/BundleContent';
import { StateSpec, workflowSchema } from '../bundle/schemas/workflow';
import { unknownKeys } from '../bundle/unknownKeys';
import { YamlFile } from '../bundle/YamlFile';
import { Faults } from '../bundle/Faults';

const AT = ['spec', 'workflow'];

/**
 * Says what is wrong with a workflow: names of states, prompts and compositions that do not exist, and fields that nothing
 * reads.
 *
 * @param yaml - the arena file
 */
export function workflowProblems(content: BundleContent, yaml: YamlFile) {
  const faults = new Faults(yaml);
  const { workflow } = content.arena;
  if (!workflow) return faults.problems;
  const raw = yaml.valueAt(AT);
  faults.addUnknown(unknownKeys(workflowSchema, raw, AT));
  const names = Object.keys(workflow.states);
  faults.addMissing([...AT, 'entry'], 'state', workflow.entry, names);
  for (const [name, state] of Object.entries(workflow.states)) {
    const at = [...AT, 'states', name];
    for (const [event, target] of Object.entries(state.on_event ?? {})) {
      faults.addMissing([...at, 'on_event', event], 'state', target, names);
    }
    if (state.on_max_visits !== undefined) {
      const fallback = state.on_max_visits;
      faults.addMissing([...at, 'on_max_visits'], 'state', fallback, names);
    }
    checkSpeaker(content, state, at, faults);
  }
  return faults.problems;
}

/** A state speaks with a prompt, or a composition speaks for it. */
function checkSpeaker(
  { arena, prompts }: BundleContent,
  state: StateSpec,
  at: string[],
  faults: Faults,
): void {
  if (state.orchestration === 'composition') {
    const known = Object.keys(arena.compositions ?? {});
    const { composition = '' } = state;
    faults.addMissing(
      [...at, 'composition'],
      'composition',
      composition,
      known,
    );
    return;
  }
  const { prompt_task: task = '' } = state;
  faults.addMissing([...at, 'prompt_task'], 'task_type', task, [
    ...prompts.keys(),
  ]);
  if (state.composition !== undefined) {
    faults.add(
      [...at, 'composition'],
      `composition has no effect: the state needs orchestration: composition`,
    );
  }
}
