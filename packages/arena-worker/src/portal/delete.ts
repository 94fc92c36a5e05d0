import { ObjectAddress } from '@backstage-arena/plugin-arena-common';
import { ResponseError } from '@backstage/errors';
import { CliError, EXIT, UsageError } from '../cli/errors';
import { printJson } from '../cli/outputOption';
import { printError } from '../cli/printError';
import { DeleteFlags } from '../commands/delete';
import { addressesOf, shortName } from './addresses';
import { addressIn } from './apply';
import { openPortal, Portal } from './openPortal';
import { readDocuments } from './readDocuments';

/** `arena delete`: one object's fault does not keep the others. */
export async function deleteCommand(
  words: string[],
  flags: DeleteFlags,
): Promise<void> {
  if (words.length > 0 === (flags.filename !== undefined)) {
    throw new UsageError('Give either objects or --filename');
  }
  const portal = await openPortal(flags);
  const addresses = flags.filename
    ? await addressesInFiles(flags.filename, portal)
    : addressesOf(words, portal);
  const deleted: string[] = [];
  for (const address of addresses) {
    try {
      await portal.api.delete(address);
      deleted.push(shortName(address));
      if (flags.output === 'text') {
        process.stdout.write(`${shortName(address)} deleted\n`);
      }
    } catch (error) {
      const missing =
        error instanceof ResponseError && error.statusCode === 404;
      if (missing && flags.ignoreNotFound) continue;
      process.exitCode = EXIT.failed;
      await printError(error);
    }
  }
  if (flags.output === 'json') printJson({ deleted });
}

async function addressesInFiles(
  files: string[],
  portal: Portal,
): Promise<ObjectAddress[]> {
  const documents = await readDocuments(files);
  return documents.map(({ file, line, value }) => {
    const address = addressIn(value, portal);
    if (!address) {
      throw new CliError(`${file}:${line}: this is no object with a name`);
    }
    return address;
  });
}
