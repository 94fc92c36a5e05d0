import { ConflictError } from '@backstage/errors';
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import {
  childrenOf,
  identify,
  listProcesses,
  ProcessId,
} from '../process/processInfo';
import { run } from '../process/run';
import { until } from '../process/until';
import { toolPath } from '../binary/findTool';
import { Addresses, addressesOf, SLOTS } from './addresses';
import { Layout } from './Layout';

const TIMEOUT_MS = 10_000;

/** Prepares the file system of the node and then only collects the dead. */
function initScript(layout: Layout): string {
  return `
set -e
mount --make-rshared /
mount -t tmpfs tmpfs /run
mkdir -p /run/lock /var/lib/cni /var/log/containers
mount -t tmpfs tmpfs /var/lib/cni
mount -t tmpfs tmpfs /var/log/containers
touch '${layout.initReady}'
trap : CHLD TERM INT
while :; do sleep 3600 & wait; done
`;
}

/**
 * Starts the process that is the node: network, mounts and process numbers are its own, and when it ends, everything in them does.
 *
 * @param mortal - whether it ends with this process, however this ends
 */
export async function startInit(
  layout: Layout,
  { mortal }: { mortal: boolean },
): Promise<ProcessId> {
  await rm(layout.initReady, { force: true });
  const command = [
    ...(mortal ? ['setpriv', '--pdeathsig', 'KILL'] : []),
    ...['unshare', '--net', '--mount', '--pid', '--fork'],
    ...['--kill-child', '--mount-proc', 'bash', '-c', initScript(layout)],
  ];
  const outer = spawnLogged(command, layout.log('init'));
  let init: ProcessId | undefined;
  await until('the namespaces of the node', TIMEOUT_MS, () => {
    const [pid] = childrenOf(outer);
    init = pid === undefined ? undefined : identify(pid);
    return init !== undefined && existsSync(layout.initReady);
  });
  if (!init || networkOf(init.pid) === networkOf(process.pid)) {
    throw new Error('The node has no network of its own');
  }
  return init;
}

/**
 * Joins the node to this machine by a link. Taking a link is taking the addresses that go with it.
 *
 * @param slot - which addresses to take; absent: the first that are free
 * @throws ConflictError when they are taken
 */
export async function linkNode(
  init: ProcessId,
  slot: number | undefined,
): Promise<Addresses> {
  const slots = slot === undefined ? [...Array(SLOTS).keys()] : [slot];
  for (const each of slots) {
    const addresses = addressesOf(each);
    if (await takeLink(addresses, init)) {
      await configureLink(addresses, init);
      return addresses;
    }
  }
  throw new ConflictError(
    slot === undefined
      ? `${SLOTS} clusters run on this machine already`
      : `The addresses of this cluster are in use by another one: end that one ('${
          addressesOf(slot).interface
        }' in 'ip link'), or wipe this one`,
  );
}

async function takeLink(
  addresses: Addresses,
  init: ProcessId,
): Promise<boolean> {
  try {
    await run('ip', [
      ...['link', 'add', addresses.interface, 'type', 'veth'],
      ...['peer', 'name', 'eth0', 'netns', String(init.pid)],
    ]);
    return true;
  } catch (error) {
    if (/File exists/.test(String(error))) return false;
    throw error;
  }
}

async function configureLink(addresses: Addresses, init: ProcessId) {
  const { host, node, pods, services } = addresses;
  const inside = (...args: string[]) => runInside(init, ['ip', ...args]);
  await inside('link', 'set', 'lo', 'up');
  await inside('addr', 'add', `${node}/30`, 'dev', 'eth0');
  await inside('link', 'set', 'eth0', 'up');
  // There is no default route: without any, a connection to a service fails before its rules are asked.
  await inside('route', 'add', services, 'dev', 'eth0', 'src', node);
  await runInside(init, [
    ...['sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward'],
  ]);
  const outside = (...args: string[]) => run('ip', args);
  await outside('addr', 'add', `${host}/30`, 'dev', addresses.interface);
  await outside('link', 'set', addresses.interface, 'up');
  for (const network of [pods, services]) {
    await outside('route', 'replace', network, 'via', node);
  }
}

function enter(init: ProcessId): string[] {
  return ['nsenter', '-t', String(init.pid), '-n', '-m', '-p', '--'];
}

/** Runs a command on the node. */
export function runInside(
  init: ProcessId,
  command: readonly string[],
): Promise<string> {
  const [nsenter, ...args] = [...enter(init), ...command];
  return run(nsenter, args, { env: { ...process.env, PATH: toolPath() } });
}

/**
 * Starts a program on the node that outlives this process.
 *
 * @returns the number of the process whose only child it is
 */
export function startInside(
  init: ProcessId,
  command: readonly string[],
  log: string,
): number {
  return spawnLogged([...enter(init), ...command], log);
}

/**
 * Lets the processes of {@link startInside} go on. One stops itself when its child is stopped, does not notice that the child goes on, and
 * as long as it stands still neither its child nor the node can end.
 */
export function wakeEntered(init: ProcessId): void {
  const ours = enter(init).slice(0, 3);
  for (const { pid, command } of listProcesses()) {
    if (ours.every((word, index) => command[index] === word)) {
      process.kill(pid, 'SIGCONT');
    }
  }
}

function spawnLogged([command, ...args]: string[], log: string): number {
  const output = openSync(log, 'a');
  try {
    const child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', output, output],
      env: { PATH: toolPath() },
    });
    child.unref();
    // Whoever waits for it learns that it is not there.
    child.once('error', () => {});
    if (child.pid === undefined) {
      throw new Error(`'${command}' cannot be started`);
    }
    return child.pid;
  } finally {
    closeSync(output);
  }
}

function networkOf(pid: number): string {
  return readlinkSync(`/proc/${pid}/ns/net`);
}
