import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arenaLoad } from './arenaLoad';
import { arrivalsWhile, Evenness } from './arrivalsWhile';
import { autocannon } from './autocannon';
import { k6 } from './k6';
import { median } from '../median';
import { Comparison } from './Line';
import { Load, LoadFigures, LoadTool } from './LoadTool';
import { ChildrenUse, measureChildren } from './measureChildren';
import { orSkip, Skipped } from './Skipped';
import { vegeta } from './vegeta';

const TOOLS = { autocannon, vegeta, k6, 'arena run': arenaLoad };

export interface LoadOptions {
  url: string;
  connections: number;
  /** Of each measurement. */
  seconds: number;
  /** Requests per second of the paced load. */
  rate: number;
  repeat: number;
}

type Sent = LoadFigures & { use: ChildrenUse };

/** The same requests by each of the tools, as many as possible and at a rate. */
export async function measureLoad(
  options: LoadOptions,
  skipped: Skipped[],
): Promise<Comparison[]> {
  const tools: LoadTool[] = [];
  for (const [name, ready] of Object.entries(TOOLS)) {
    const tool = await orSkip(name, skipped, ready);
    if (tool) tools.push(tool);
  }
  return [await measureRate(tools, options), await measurePace(tools, options)];
}

async function measureRate(
  tools: readonly LoadTool[],
  { url, connections, seconds, repeat }: LoadOptions,
): Promise<Comparison> {
  const sent = tools.map((): Sent[] => []);
  // In turn, because the machine is not the same all the time.
  for (let n = 0; n < repeat; n += 1) {
    for (const [index, tool] of tools.entries()) {
      const result = await send(tool, { url, connections, seconds });
      sent[index].push(result);
      process.stdout.write(
        `load: ${tool.name}: ${Math.round(result.perSecond)} requests/s\n`,
      );
    }
  }
  const middle = (index: number, read: (result: Sent) => number) =>
    median(sent[index].map(read));
  return {
    table: [
      [
        'load, as much as possible',
        'requests/s',
        'CPU s / 1,000 requests',
        'latency p50',
        'latency p99',
        'peak memory',
      ],
      ...tools.map(({ name }, index) => [
        name,
        Math.round(middle(index, each => each.perSecond)).toString(),
        middle(
          index,
          each => (1_000 * each.use.cpuSeconds) / each.requests,
        ).toFixed(3),
        `${middle(index, each => each.p50Ms).toFixed(1)} ms`,
        `${middle(index, each => each.p99Ms).toFixed(1)} ms`,
        `${Math.round(middle(index, each => each.use.peakMiB))} MiB`,
      ]),
    ],
    lines: [],
  };
}

async function measurePace(
  tools: readonly LoadTool[],
  { url, connections, seconds, rate }: LoadOptions,
): Promise<Comparison> {
  const rows: string[][] = [];
  for (const tool of tools) {
    const { value, evenness } = await arrivalsWhile(url, rate, () =>
      send(tool, { url, connections, seconds, rate }),
    );
    rows.push(paceRow(tool, value, evenness));
  }
  return {
    table: [
      [
        `load, ${rate}/s for ${seconds} s`,
        'arrived',
        'rate of arrival',
        'late at the server p50',
        'p99',
        'max',
        'late by its own account p99',
        'dropped',
      ],
      ...rows,
    ],
    lines: [],
  };
}

function paceRow(
  { name }: LoadTool,
  { lateP99Ms, dropped }: Sent,
  { count, perSecond, p50Ms, p99Ms, maxMs }: Evenness,
): string[] {
  const ms = (value: number) => `${value.toFixed(2)} ms`;
  return [
    name,
    String(count),
    `${perSecond.toFixed(1)}/s`,
    ...[ms(p50Ms), ms(p99Ms), ms(maxMs)],
    lateP99Ms === undefined ? '-' : ms(lateP99Ms),
    dropped === undefined ? '-' : String(dropped),
  ];
}

async function send(tool: LoadTool, load: Omit<Load, 'folder'>): Promise<Sent> {
  const folder = await mkdtemp(join(tmpdir(), 'arena-bench-load-'));
  try {
    const { value: read, use } = await measureChildren(() =>
      tool.send({ ...load, folder }),
    );
    const figures = await read();
    if (figures.failed > 0) {
      throw new Error(`${tool.name}: ${figures.failed} requests failed`);
    }
    return { ...figures, use };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
