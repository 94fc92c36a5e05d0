import { NotFoundError } from '@backstage/errors';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../process/run';
import { until } from '../process/until';
import { addressesOf } from './addresses';
import { ApiProbe } from './ApiProbe';
import { bringDown, importImage } from './bringUp';
import { AuditEvent, Cluster } from './Cluster';
import { ClusterState, isUp, readState } from './ClusterState';
import { Component } from './commandOf';
import { compactStore } from './compact';
import { ComponentControl } from './ComponentControl';
import { Layout } from './Layout';
import { runInside } from './namespaces';
import { readAuditLog } from './readAuditLog';

/** The API server answers when both run. */
const SERVING = ['etcd', 'apiserver'] as const;
const START_TIMEOUT_MS = 60_000;

/** A cluster of our own that runs: a real control plane and one node, in namespaces of this machine. */
export class DevCluster implements Cluster {
  readonly own = true;
  readonly kubeconfig: string;
  readonly hostAddress: string;
  private readonly layout: Layout;
  private readonly state: ClusterState;
  private readonly components: ComponentControl;
  private readonly probe: ApiProbe;

  constructor(layout: Layout, state: ClusterState) {
    this.layout = layout;
    this.state = state;
    this.kubeconfig = layout.kubeconfig;
    this.hostAddress = addressesOf(state.slot!).host;
    this.components = new ComponentControl(layout, state);
    this.probe = new ApiProbe(layout);
  }

  /** The cluster that runs in a folder; undefined when none does. */
  static find(folder: string): DevCluster | undefined {
    const layout = new Layout(folder);
    const state = readState(layout);
    if (!state || state.slot === undefined || !isUp(state)) {
      return undefined;
    }
    return new DevCluster(layout, state);
  }

  /** @throws NotFoundError when none runs there */
  static open(folder: string): DevCluster {
    const found = DevCluster.find(folder);
    if (!found) throw new NotFoundError(`No cluster runs in ${folder}`);
    return found;
  }

  /** Where it keeps everything. */
  get folder(): string {
    return this.layout.folder;
  }

  /** What it consists of. */
  componentNames(): Component[] {
    return this.components.all();
  }

  hostUrl(port: number): string {
    return `http://${this.hostAddress}:${port}`;
  }

  kubectl(
    args: readonly string[],
    options: { input?: string } = {},
  ): Promise<string> {
    const command = ['kubectl', '--kubeconfig', this.kubeconfig, ...args];
    return run(this.state.kube, command, options);
  }

  async importImage(file: string): Promise<void> {
    await importImage(this.layout, file);
  }

  async kill(
    component: Component,
    signal: NodeJS.Signals = 'SIGKILL',
  ): Promise<void> {
    await this.components.signal(component, signal);
  }

  async start(component: Component): Promise<void> {
    await this.components.start(component);
    const serves = component === 'apiserver' || component === 'etcd';
    if (!serves || !SERVING.every(each => this.isRunning(each))) return;
    await until('the API server to be ready', START_TIMEOUT_MS, () =>
      this.probe.isReady(),
    );
  }

  async pause(component: Component): Promise<void> {
    await this.components.signal(component, 'SIGSTOP');
  }

  async resume(component: Component): Promise<void> {
    await this.components.signal(component, 'SIGCONT');
  }

  isRunning(component: Component): boolean {
    return this.components.pid(component) !== undefined;
  }

  /**
   * @remarks
   * The API server serves what it has in memory whatever etcd has forgotten, so that it is restarted too.
   */
  async compact(): Promise<void> {
    await compactStore(this.state);
    await this.kill('apiserver');
    await this.start('apiserver');
  }

  async auditLog(): Promise<AuditEvent[]> {
    return readAuditLog(this.layout);
  }

  runOnNode(command: readonly string[]): Promise<string> {
    return runInside(this.state.init, command);
  }

  async volumeFolder(name: string): Promise<string> {
    const folder = path.join(this.layout.at('pv'), name);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  async down(): Promise<void> {
    if (this.state.temporary) await this.wipe();
    else await bringDown(this.layout);
  }

  async wipe(): Promise<void> {
    await bringDown(this.layout);
    await rm(this.layout.folder, { recursive: true, force: true });
  }
}
