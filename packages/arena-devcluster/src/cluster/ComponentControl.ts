import { ConflictError, NotFoundError } from '@backstage/errors';
import { childrenOf, identify, isRunning } from '../process/processInfo';
import { until } from '../process/until';
import { Addresses, addressesOf } from './addresses';
import { ClusterState, readState, writeState } from './ClusterState';
import { commandOf, Component, COMPONENTS } from './commandOf';
import { Layout } from './Layout';
import { startInside, wakeEntered } from './namespaces';

const END_TIMEOUT_MS = 20_000;
const FATAL: readonly string[] = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGQUIT'];

/** The programs of a cluster that runs. */
export class ComponentControl {
  private readonly layout: Layout;
  private readonly state: ClusterState;
  private readonly addresses: Addresses;

  constructor(layout: Layout, state: ClusterState) {
    this.layout = layout;
    this.state = state;
    this.addresses = addressesOf(state.slot!);
  }

  /** Components that this cluster is meant to have. */
  all(): Component[] {
    return COMPONENTS.filter(each => this.command(each) !== undefined);
  }

  /** Number of the process; undefined when it does not run. */
  pid(component: Component): number | undefined {
    // Another process may have started it anew.
    const entered = readState(this.layout)?.entered[component];
    // The dead stay children until they are collected.
    return childrenOf(entered ?? 0).find(identify);
  }

  /**
   * @throws ConflictError when it runs
   */
  async start(component: Component): Promise<void> {
    const command = this.command(component);
    if (!command) throw this.unknown(component);
    if (this.pid(component) !== undefined) {
      throw new ConflictError(`${component} runs already`);
    }
    const log = this.layout.log(component);
    const entered = startInside(this.state.init, command, log);
    const current = readState(this.layout) ?? this.state;
    await writeState(this.layout, {
      ...current,
      entered: { ...current.entered, [component]: entered },
    });
    await until(
      `the start of ${component}`,
      END_TIMEOUT_MS,
      () => this.pid(component) !== undefined,
    );
  }

  /**
   * @throws NotFoundError when it does not run
   */
  async signal(component: Component, signal: NodeJS.Signals): Promise<void> {
    const pid = this.pid(component);
    const running = pid === undefined ? undefined : identify(pid);
    if (!running) throw new NotFoundError(`${component} does not run`);
    process.kill(running.pid, signal);
    if (signal !== 'SIGSTOP') wakeEntered(this.state.init);
    if (!FATAL.includes(signal)) return;
    await until(
      `the end of ${component}`,
      END_TIMEOUT_MS,
      () => !isRunning(running),
    );
  }

  private command(component: Component): string[] | undefined {
    return commandOf(component, {
      layout: this.layout,
      addresses: this.addresses,
      ...this.state,
    });
  }

  private unknown(component: Component): Error {
    return new NotFoundError(
      `This cluster has no component '${component}': it has ${this.all().join(
        ', ',
      )}`,
    );
  }
}
