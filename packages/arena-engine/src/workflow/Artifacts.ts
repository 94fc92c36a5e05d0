import { WorkflowSpec } from '../bundle/schemas/workflow';
import { Variables } from '../templates/placeholders';

/** Results that states of one conversation keep for later ones. */
export class Artifacts {
  private readonly values = new Map<string, string>();

  constructor(private readonly states: WorkflowSpec['states']) {
    for (const state of Object.values(states)) {
      Object.keys(state.artifacts ?? {}).forEach(name =>
        this.values.set(name, ''),
      );
    }
  }

  /** What the current state says of an artifact counts; else whoever declares it. */
  set(name: string, value: string, currentState: string): void {
    const declaring = [
      this.states[currentState],
      ...Object.values(this.states),
    ].find(state => Object.hasOwn(state.artifacts ?? {}, name));
    const before = this.values.get(name);
    this.values.set(
      name,
      declaring?.artifacts?.[name].mode === 'append' && before
        ? `${before}\n${value}`
        : value,
    );
  }

  /** Values of `{{artifacts.x}}`; empty until they are set. */
  variables(): Variables {
    return Object.fromEntries(
      [...this.values].map(([name, value]) => [`artifacts.${name}`, value]),
    );
  }
}
