import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CliError } from '../cli/errors';
import { resolveFromCaller } from '../cli/paths';
import { InitFlags } from '../commands/init';
import { createFiles } from './templates/createFiles';

/** `arena init` */
export async function initCommand(
  folder: string,
  flags: InitFlags,
): Promise<void> {
  const absolute = resolveFromCaller(folder);
  const name = basename(absolute);
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name)) {
    throw new CliError(
      `'${name}' cannot be the name of a bundle: allowed are letters, digits, '.', '_' and '-', and a letter or digit first`,
    );
  }
  await refuseContent(absolute, folder);
  const files = createFiles(name, flags);
  for (const [file, text] of Object.entries(files)) {
    const target = join(absolute, file);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text, { flag: 'wx' });
    process.stdout.write(`${join(folder, file)}\n`);
  }
  process.stderr.write(`Try: arena run -c ${folder} --ci\n`);
}

async function refuseContent(absolute: string, folder: string): Promise<void> {
  let names: string[];
  try {
    names = await readdir(absolute);
  } catch (error) {
    const code = Reflect.get(Object(error), 'code');
    if (code === 'ENOENT') return;
    throw new CliError(
      code === 'ENOTDIR'
        ? `'${folder}' is a file`
        : `'${folder}' cannot be read: ${error}`,
    );
  }
  if (names.length > 0) {
    throw new CliError(
      `'${folder}' is not empty: name a new folder, or an empty one`,
    );
  }
}
