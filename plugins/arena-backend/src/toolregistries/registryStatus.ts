import {
  DiscoveredTool,
  ToolRegistry,
  ToolRegistryPhase,
  ToolRegistryStatus,
} from '@backstage-arena/plugin-arena-common';
import { isDeepStrictEqual } from 'node:util';
import { Observation, withConditions } from '../reconciler/conditions';
import { formatTimestamp } from '../time/formatTimestamp';
import { HandlerFindings } from './discoverRegistry';
import { MAX_TOOLS, MAX_TOOLS_BYTES } from './HandlerKind';

/** Of the error of a tool; the condition has the whole text. */
const MAX_ERROR = 256;

/** What is to be said of a registry after its handlers were looked at. */
export function registryStatus(
  registry: ToolRegistry,
  findings: readonly HandlerFindings[],
  now: Date,
): ToolRegistryStatus {
  const { generation } = registry.metadata;
  const { all, excess } = fitting(
    findings.map(finding => listed(registry, finding, now)),
  );
  const faults = [
    ...findings.flatMap(({ handler, fault }) =>
      fault ? [`handler ${handler.name}: ${fault}`] : [],
    ),
    ...clashes(all),
    ...(all.length > MAX_TOOLS
      ? [`it has ${all.length} tools, at most ${MAX_TOOLS} are allowed`]
      : []),
  ];
  const failures = findings.flatMap(({ handler, failure }, index) => {
    const reason = excess.get(index) ?? failure;
    return reason ? [`handler ${handler.name}: ${reason}`] : [];
  });
  const tools = all.slice(0, MAX_TOOLS);
  const usable = findings.some(
    ({ fault, failure }, index) => !fault && !failure && !excess.has(index),
  );
  const phase = phaseOf(faults.length + failures.length > 0, usable);
  return {
    ...registry.status,
    phase,
    observedGeneration: generation,
    conditions: withConditions(
      registry.status?.conditions,
      observations(faults, failures, tools.length),
      { now, generation },
    ),
    discoveredToolsCount: tools.length,
    discoveredTools: tools,
    lastDiscoveryTime: formatTimestamp(now),
  };
}

/** Whether two statuses differ in nothing but the times of the looks. */
export function saysTheSame(
  one: ToolRegistryStatus | undefined,
  other: ToolRegistryStatus,
): boolean {
  return one !== undefined && isDeepStrictEqual(timeless(one), timeless(other));
}

function timeless(status: ToolRegistryStatus): unknown {
  const { lastDiscoveryTime: _, discoveredTools = [], ...rest } = status;
  const tools = discoveredTools.map(({ lastChecked: __, ...tool }) => tool);
  return JSON.parse(JSON.stringify({ ...rest, tools }));
}

/** The tools of as many handlers as have room, and what is wrong with those that have none, by their index. */
function fitting(lists: readonly DiscoveredTool[][]) {
  const all: DiscoveredTool[] = [];
  const excess = new Map<number, string>();
  let left = MAX_TOOLS_BYTES;
  lists.forEach((tools, index) => {
    const bytes = Buffer.byteLength(JSON.stringify(tools));
    if (bytes > left) {
      excess.set(
        index,
        `its tools have ${bytes} bytes, ${left} are left of the ${MAX_TOOLS_BYTES} for a registry: offer fewer of them`,
      );
      return;
    }
    left -= bytes;
    all.push(...tools);
  });
  return { all, excess };
}

function phaseOf(isWrong: boolean, isUsable: boolean): ToolRegistryPhase {
  if (!isWrong) return 'Ready';
  return isUsable ? 'Degraded' : 'Failed';
}

/** The tools of a handler; those of a server that does not answer are still known, and shown as what they are. */
function listed(
  { metadata, status }: ToolRegistry,
  { handler, tools, fault, failure }: HandlerFindings,
  now: Date,
): DiscoveredTool[] {
  const lastChecked = formatTimestamp(now);
  if (tools.length > 0 || !failure || fault) {
    return tools.map(tool => ({
      // Schemas come as what a server sent: JSON, whatever their type says.
      ...JSON.parse(JSON.stringify(tool)),
      ...(tool.error ? { error: tool.error.slice(0, MAX_ERROR) } : {}),
      handlerName: handler.name,
      lastChecked,
    }));
  }
  if (status?.observedGeneration !== metadata.generation) return [];
  return (status.discoveredTools ?? [])
    .filter(({ handlerName }) => handlerName === handler.name)
    .map(tool => ({
      ...tool,
      status: 'Unavailable',
      error: failure.slice(0, MAX_ERROR),
      lastChecked,
    }));
}

function clashes(tools: readonly DiscoveredTool[]): string[] {
  const handlers = new Map<string, string>();
  return tools.flatMap(({ name, handlerName }) => {
    const other = handlers.get(name);
    if (other === undefined) {
      handlers.set(name, handlerName);
      return [];
    }
    return [
      `tool ${name} is in handler ${other} and in handler ${handlerName}`,
    ];
  });
}

function observations(
  faults: string[],
  failures: string[],
  count: number,
): Observation[] {
  const valid = condition(
    'HandlersValid',
    faults,
    ['HandlersValid', 'InvalidHandler'],
    'All handlers can be used',
  );
  const discovered = condition(
    'ToolsDiscovered',
    failures,
    ['ToolsDiscovered', 'DiscoveryFailed'],
    `${count} tools were found`,
  );
  const fault = [valid, discovered].find(({ status }) => status === 'False');
  return [
    valid,
    discovered,
    fault
      ? { ...fault, type: 'Ready' }
      : { ...discovered, type: 'Ready', reason: 'Ready' },
  ];
}

function condition(
  type: string,
  problems: string[],
  [good, bad]: [string, string],
  message: string,
): Observation {
  return problems.length === 0
    ? { type, status: 'True', reason: good, message }
    : { type, status: 'False', reason: bad, message: problems.join('; ') };
}
