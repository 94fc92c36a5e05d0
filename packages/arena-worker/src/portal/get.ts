import {
  ArenaKind,
  ArenaObject,
  ListOptions,
} from '@backstage-arena/plugin-arena-common';
import { stringify } from 'yaml';
import { UsageError } from '../cli/errors';
import { GetFlags } from '../commands/get';
import { addressesOf, kindOf, shortName } from './addresses';
import { interruptSignal } from './interruptSignal';
import { listAll } from './listAll';
import { objectTable } from './objectTable';
import { openPortal, Portal } from './openPortal';
import { columnWidths, formatRow, formatTable } from './table';
import { watchObjects } from './watchObjects';

/** `arena get` */
export async function getCommand(
  kindWord: string,
  names: string[],
  flags: GetFlags,
): Promise<void> {
  const portal = await openPortal(flags);
  if (kindWord.includes('/') || names.length > 0) {
    const addresses = addressesOf([kindWord, ...names], portal);
    const kinds = new Set(addresses.map(address => address.kind));
    if (kinds.size > 1) {
      throw new UsageError('Give objects of one kind at a time');
    }
    const [{ kind }] = addresses;
    const objects = await Promise.all(
      addresses.map(address => portal.api.get(address)),
    );
    print(objects, { kind, flags, isList: objects.length > 1 });
    if (flags.watch) {
      const wanted = new Set(addresses.map(address => address.name));
      await watch(portal, { kind, flags, seen: objects, wanted });
    }
    return;
  }
  const { kind } = kindOf(kindWord);
  const query: ListOptions = {
    cluster: portal.cluster,
    kind,
    namespace: flags.allNamespaces ? undefined : portal.namespace,
    labelSelector: flags.selector,
    fieldSelector: flags.fieldSelector,
  };
  const objects: ArenaObject[] = [];
  for await (const object of listAll(portal, query)) objects.push(object);
  if (objects.length === 0 && flags.output === 'text') {
    process.stderr.write(
      `No ${kindOf(kindWord).plural} found${
        flags.allNamespaces ? '' : ` in namespace ${portal.namespace}`
      }\n`,
    );
  } else {
    print(objects, { kind, flags, isList: true });
  }
  if (flags.watch) await watch(portal, { kind, flags, seen: objects, query });
}

interface PrintOptions {
  kind: ArenaKind;
  flags: GetFlags;
  isList: boolean;
}

function print(objects: readonly ArenaObject[], options: PrintOptions): void {
  const { kind, flags, isList } = options;
  const value = isList
    ? { apiVersion: 'v1', kind: 'List', items: objects }
    : objects[0];
  switch (flags.output) {
    case 'json':
      write(JSON.stringify(value, null, 2));
      break;
    case 'yaml':
      write(stringify(value, { aliasDuplicateObjects: false }).trimEnd());
      break;
    case 'name':
      for (const { metadata } of objects) {
        write(shortName({ kind, name: metadata.name }));
      }
      break;
    default: {
      const table = tableFor(kind, flags);
      write(
        formatTable(
          table.header,
          objects.map(object => table.row(object)),
        ),
      );
    }
  }
}

function tableFor(kind: ArenaKind, flags: GetFlags) {
  return objectTable(kind, {
    wide: flags.output === 'wide',
    withNamespace: flags.allNamespaces ?? false,
  });
}

async function watch(
  portal: Portal,
  options: {
    kind: ArenaKind;
    flags: GetFlags;
    seen: readonly ArenaObject[];
    query?: ListOptions;
    wanted?: ReadonlySet<string>;
  },
): Promise<void> {
  const { kind, flags, seen, wanted } = options;
  const table = tableFor(kind, flags);
  const widths = columnWidths([
    table.header,
    ...seen.map(object => table.row(object)),
  ]);
  await watchObjects(portal, {
    query: options.query ?? {
      cluster: portal.cluster,
      kind,
      namespace: portal.namespace,
    },
    known: seen,
    signal: interruptSignal(),
    onChange: (object, change) => {
      if (wanted && !wanted.has(object.metadata.name)) return;
      if (flags.output === 'text' || flags.output === 'wide') {
        const row = formatRow(table.row(object), widths);
        write(change === 'DELETED' ? `${row}   (deleted)` : row);
      } else if (flags.output === 'json') {
        write(JSON.stringify({ type: change, object }));
      } else {
        if (flags.output === 'yaml') write('---');
        print([object], { kind, flags, isList: false });
      }
    },
  });
}

function write(text: string): void {
  process.stdout.write(`${text}\n`);
}
