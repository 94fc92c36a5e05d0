import {
  ArenaEvent,
  ArenaObject,
  Condition,
} from '@backstage-arena/plugin-arena-common';
import { stringify } from 'yaml';
import { printJson } from '../cli/outputOption';
import { DescribeFlags } from '../commands/describe';
import { addressesOf } from './addresses';
import { openPortal } from './openPortal';
import { formatAge, formatTable } from './table';

/** `arena describe` */
export async function describeCommand(
  words: string[],
  flags: DescribeFlags,
): Promise<void> {
  const portal = await openPortal(flags);
  const described = await Promise.all(
    addressesOf(words, portal).map(async address => ({
      object: await portal.api.get(address),
      events: await portal.api.events(address),
    })),
  );
  if (flags.output === 'json') {
    printJson(described.length === 1 ? described[0] : { items: described });
    return;
  }
  process.stdout.write(
    `${described
      .map(({ object, events }) => describeObject(object, events))
      .join('\n\n\n')}\n`,
  );
}

export function describeObject(
  object: ArenaObject,
  events: readonly ArenaEvent[],
): string {
  const { kind, metadata, spec } = object;
  const { conditions, ...status } = (object.status ?? {}) as {
    conditions?: Condition[];
  };
  const sections = [
    [
      `Name:         ${metadata.name}`,
      `Namespace:    ${metadata.namespace}`,
      `Kind:         ${kind}`,
      `Created:      ${metadata.creationTimestamp} (${formatAge(
        metadata.creationTimestamp,
      )} ago)`,
      ...mapLines('Labels:', metadata.labels),
      ...mapLines('Annotations:', metadata.annotations),
    ].join('\n'),
    section('Spec', spec),
  ];
  if (Object.keys(status).length > 0) sections.push(section('Status', status));
  if (conditions && conditions.length > 0) {
    sections.push(
      `Conditions:\n${indent(
        formatTable(
          ['TYPE', 'STATUS', 'REASON', 'SINCE', 'MESSAGE'],
          conditions.map(condition => [
            condition.type,
            condition.status,
            condition.reason,
            formatAge(condition.lastTransitionTime),
            condition.message,
          ]),
        ),
      )}`,
    );
  }
  sections.push(
    events.length === 0
      ? 'Events: none'
      : `Events:\n${indent(
          formatTable(
            ['TYPE', 'REASON', 'AGE', 'MESSAGE'],
            events.map(event => [
              event.type,
              event.reason,
              event.count > 1
                ? `${formatAge(event.lastTimestamp)} (x${event.count})`
                : formatAge(event.lastTimestamp),
              event.message,
            ]),
          ),
        )}`,
  );
  return sections.join('\n');
}

function section(title: string, value: object): string {
  return `${title}:\n${indent(
    stringify(value, { aliasDuplicateObjects: false }).trimEnd(),
  )}`;
}

function mapLines(
  title: string,
  map: Record<string, string> | undefined,
): string[] {
  const entries = Object.entries(map ?? {});
  return entries.map(
    ([key, value], i) => `${(i === 0 ? title : '').padEnd(14)}${key}: ${value}`,
  );
}

function indent(text: string): string {
  return text
    .split('\n')
    .map(line => (line ? `  ${line}` : line))
    .join('\n');
}
