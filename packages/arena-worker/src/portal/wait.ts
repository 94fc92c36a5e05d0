import {
  ArenaObject,
  ObjectAddress,
} from '@backstage-arena/plugin-arena-common';
import { parseDuration } from '../cli/duration';
import { CliError } from '../cli/errors';
import { printJson } from '../cli/outputOption';
import { WaitFlags } from '../commands/wait';
import { addressesOf, shortName } from './addresses';
import { followObject } from './followObject';
import { openPortal, Portal } from './openPortal';
import { parseWanted, phaseOf, Wanted } from './wanted';

/** `arena wait` */
export async function waitCommand(
  words: string[],
  flags: WaitFlags,
): Promise<void> {
  const wanted = parseWanted(flags.for);
  const timeoutMs = parseDuration('--timeout', flags.timeout);
  const portal = await openPortal(flags);
  const addresses = addressesOf(words, portal);
  const timeout = AbortSignal.timeout(timeoutMs);
  const objects = await Promise.all(
    addresses.map(async address => {
      const object = await waitFor(portal, address, wanted, timeout);
      if (flags.output === 'text') {
        process.stdout.write(`${shortName(address)}: ${wanted.text}\n`);
      }
      return object;
    }),
  );
  if (flags.output === 'json') {
    printJson(objects.length === 1 ? objects[0] ?? null : { items: objects });
  }
}

async function waitFor(
  portal: Portal,
  address: ObjectAddress,
  wanted: Wanted,
  timeout: AbortSignal,
): Promise<ArenaObject | undefined> {
  const name = shortName(address);
  const stop = new AbortController();
  let first = true;
  let last: ArenaObject | undefined;
  let missed: string | undefined;
  let reached = false;
  await followObject(portal, address, {
    signal: AbortSignal.any([timeout, stop.signal]),
    onState: object => {
      const standing = wanted.check(object);
      if (first && !object && standing.state === 'missed') {
        missed = `it does not exist in namespace ${address.namespace}`;
      } else if (standing.state === 'missed') {
        missed = standing.reason;
      }
      first = false;
      last = object;
      reached = standing.state === 'reached';
      if (standing.state !== 'waiting') stop.abort();
    },
  });
  if (reached) return last;
  if (missed !== undefined) {
    throw new CliError(`${name} will not reach ${wanted.text}: ${missed}`);
  }
  const phase = last && phaseOf(last);
  throw new CliError(
    `${name} did not reach ${wanted.text} in time${
      phase ? `; its phase is ${phase}` : ''
    }`,
  );
}
