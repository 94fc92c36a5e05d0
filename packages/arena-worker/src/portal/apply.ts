import { isDeepStrictEqual } from 'node:util';
import {
  ArenaObject,
  findArenaKind,
  ObjectAddress,
} from '@backstage-arena/plugin-arena-common';
import { ResponseError } from '@backstage/errors';
import { EXIT } from '../cli/errors';
import { printJson } from '../cli/outputOption';
import { printError } from '../cli/printError';
import { ApplyFlags } from '../commands/apply';
import { shortName } from './addresses';
import { openPortal, Portal } from './openPortal';
import { ObjectDocument, readDocuments } from './readDocuments';

type Change = 'created' | 'configured' | 'unchanged';

/** `arena apply`: one object's fault does not keep the others from being applied. */
export async function applyCommand(flags: ApplyFlags): Promise<void> {
  const portal = await openPortal(flags);
  const documents = await readDocuments(flags.filename, flags);
  const dryRun = flags.dryRun === 'server';
  const applied: Array<{ change: Change; object: ArenaObject }> = [];
  for (const document of documents) {
    try {
      const result = await applyDocument(portal, document, dryRun);
      applied.push(result);
      if (flags.output === 'text') {
        const { kind, metadata } = result.object;
        process.stdout.write(
          `${shortName({ kind, name: metadata.name })} ${result.change}${
            dryRun ? ' (server dry run)' : ''
          }\n`,
        );
      }
    } catch (error) {
      process.exitCode = EXIT.failed;
      await printError(error, { place: `${document.file}:${document.line}` });
    }
  }
  if (flags.output === 'json') printJson({ items: applied });
}

async function applyDocument(
  portal: Portal,
  document: ObjectDocument,
  dryRun: boolean,
): Promise<{ change: Change; object: ArenaObject }> {
  const { api, cluster, namespace } = portal;
  const options = { dryRun, namespace };
  const address = addressIn(document.value, portal);
  const existing = address && (await getIfThere(portal, address));
  if (!existing) {
    const object = await api.create(cluster, document.text, options);
    return { change: 'created', object };
  }
  const object = await api.update(cluster, document.text, options);
  return {
    change: isSame(existing, object) ? 'unchanged' : 'configured',
    object,
  };
}

/** Undefined when the object has no name yet, or is no object at all: the server then says what is wrong. */
export function addressIn(
  value: unknown,
  portal: Pick<Portal, 'cluster' | 'namespace'>,
): ObjectAddress | undefined {
  const { kind, metadata } = (value ?? {}) as {
    kind?: unknown;
    metadata?: { name?: unknown; namespace?: unknown } | null;
  };
  const names = typeof kind === 'string' ? findArenaKind(kind) : undefined;
  const name = metadata?.name;
  if (!names || typeof name !== 'string' || name === '') return undefined;
  const home = metadata?.namespace;
  return {
    cluster: portal.cluster,
    namespace: typeof home === 'string' && home ? home : portal.namespace,
    kind: names.kind,
    name,
  };
}

export async function getIfThere(
  portal: Pick<Portal, 'api'>,
  address: ObjectAddress,
  signal?: AbortSignal,
): Promise<ArenaObject | undefined> {
  try {
    return await portal.api.get(address, { signal });
  } catch (error) {
    if (error instanceof ResponseError && error.statusCode === 404) {
      return undefined;
    }
    throw error;
  }
}

/** Compares what a user can write: the status changes by itself. */
function isSame(before: ArenaObject, after: ArenaObject): boolean {
  const written = ({ spec, metadata }: ArenaObject) => ({
    spec,
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    finalizers: metadata.finalizers ?? [],
    ownerReferences: metadata.ownerReferences ?? [],
  });
  return isDeepStrictEqual(written(before), written(after));
}
