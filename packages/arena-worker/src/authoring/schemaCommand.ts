import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  findManifestKind,
  MANIFEST_KINDS,
  ManifestKind,
  manifestJsonSchema,
} from '@backstage-arena/arena-engine';
import { UsageError } from '../cli/errors';
import { printJson } from '../cli/outputOption';
import { resolveFromCaller } from '../cli/paths';
import { SchemaFlags } from '../commands/schema';

/** `arena schema` */
export async function schemaCommand(
  name: string | undefined,
  flags: SchemaFlags,
): Promise<void> {
  const kind = name === undefined ? undefined : findKind(name);
  if (flags.out !== undefined) {
    await writeSchemas(kind ? [kind] : MANIFEST_KINDS, flags.out);
  } else if (kind) {
    printJson(manifestJsonSchema(kind));
  } else {
    process.stdout.write(`${MANIFEST_KINDS.join('\n')}\n`);
  }
}

function findKind(name: string): ManifestKind {
  const kind = findManifestKind(name);
  if (!kind) {
    throw new UsageError(
      `'${name}' is no kind of file: allowed are ${MANIFEST_KINDS.join(', ')}`,
    );
  }
  return kind;
}

async function writeSchemas(
  kinds: readonly ManifestKind[],
  folder: string,
): Promise<void> {
  const absolute = resolveFromCaller(folder);
  await mkdir(absolute, { recursive: true });
  for (const kind of kinds) {
    const file = `${kind.toLowerCase()}.schema.json`;
    const text = JSON.stringify(manifestJsonSchema(kind), null, 2);
    await writeFile(join(absolute, file), `${text}\n`);
    process.stdout.write(`${join(folder, file)}\n`);
  }
}
