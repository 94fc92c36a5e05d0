import { lookup } from 'node:dns';
import { BlockList, isIP, LookupFunction } from 'node:net';

/** Which servers may be asked when an object of the API names them. @public */
export interface AddressPolicy {
  /** @throws AddressRefusedError when the host of an address may not be asked, whatever its name stands for. */
  check(url: URL): void;
  /** Resolves names where a connection is made, so that a name cannot stand for another address later. */
  readonly lookup: LookupFunction;
}

const NETWORK_SETTING = 'arena.network.allow';

/** Networks that the public internet does not reach, and addresses of cloud platforms for their own machines. */
const INTERNAL_NETWORKS = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/32',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

/** Where clouds hand out the credentials of their machines to whoever runs on them, and what else is on the same link. */
const METADATA_NETWORKS = [
  '100.100.100.200/32',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '192.0.0.192/32',
  // The same through a translation of addresses.
  '64:ff9b::6464:64c8/128',
  '64:ff9b::a83f:8110/128',
  '64:ff9b::a9fe:0/112',
  '64:ff9b::c000:c0/128',
  'fd00:c1::a9fe:a9fe/128',
  'fd00:ec2::/32',
  'fd20:ce::254/128',
  'fe80::/10',
];
const METADATA_NAME =
  /^metadata\.(google\.internal|goog)$|^instance-data(\.[a-z0-9-]+)?(\.ec2\.internal)?$/;

/** Names that stand for internal addresses wherever they are resolved. */
const INTERNAL_NAME = /^[^.]+$|\.(localhost|local|internal|svc)$/;
const NAME =
  /^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;

/** An object names a host that only an administrator may let it reach. @public */
export class AddressRefusedError extends Error {
  readonly name = 'AddressRefusedError';
}

/** @public */
export interface AddressPolicyOptions {
  /** Names, `*.suffix`, addresses and networks (`10.0.0.0/8`). */
  allowedHosts: readonly string[];
  /** Whether a proxy resolves names, so that they have to be judged by themselves. */
  behindProxy: boolean;
  /** Setting of app-config that has `allowedHosts`, for messages. Default: `arena.network.allow`. */
  setting?: string;
}

/** Allows public addresses, and of the others those that are listed. @public */
export function createAddressPolicy(
  options: AddressPolicyOptions,
): AddressPolicy {
  const { allowedHosts, behindProxy, setting = NETWORK_SETTING } = options;
  const refused = (host: string) =>
    new AddressRefusedError(
      `${host} is not on the public internet, and ${setting} of app-config does not list it`,
    );
  const internal = listOf(INTERNAL_NETWORKS);
  const listed = new BlockList();
  const names: string[] = [];
  for (const entry of allowedHosts) {
    if (isNetwork(entry)) addNetwork(listed, entry);
    else names.push(entry.toLowerCase());
  }
  const isListedName = (name: string) =>
    names.some(entry =>
      entry.startsWith('*.') ? name.endsWith(entry.slice(1)) : name === entry,
    );
  return createPolicy({
    isAllowed: address => !isIn(internal, address) || isIn(listed, address),
    isListedName,
    isRefusedName: host =>
      behindProxy && !isListedName(host) && INTERNAL_NAME.test(host),
    refused,
  });
}

/**
 * Allows all addresses but those at which clouds hand out the credentials of their machines. For what workers call: models and tools are often on
 * networks of one's own, and never there.
 *
 * @public
 */
export function createMetadataPolicy(): AddressPolicy {
  const metadata = listOf(METADATA_NETWORKS);
  return createPolicy({
    isAllowed: address => !isIn(metadata, address),
    isListedName: () => false,
    isRefusedName: host => METADATA_NAME.test(host),
    refused: host =>
      new AddressRefusedError(
        `${host} is where clouds hand out the credentials of their machines: it is never called`,
      ),
  });
}

function createPolicy(rules: {
  isAllowed(address: string): boolean;
  /** Allowed, whatever it stands for. */
  isListedName(host: string): boolean;
  /** Refused, whatever it stands for. */
  isRefusedName(host: string): boolean;
  refused(host: string): AddressRefusedError;
}): AddressPolicy {
  const { isAllowed, isListedName, isRefusedName, refused } = rules;
  return {
    check(url) {
      const host = hostOf(url.hostname);
      if (isIP(host) ? !isAllowed(host) : isRefusedName(host)) {
        throw refused(host);
      }
    },
    lookup(hostname, how, callback) {
      lookup(hostname, { ...how, all: true }, (error, found) => {
        if (error) {
          callback(error, []);
          return;
        }
        const host = hostOf(hostname);
        const addresses = isListedName(host)
          ? found
          : found.filter(({ address }) => isAllowed(address));
        if (addresses.length === 0) callback(refused(host), []);
        else if (how.all) callback(null, addresses);
        else callback(null, addresses[0].address, addresses[0].family);
      });
    },
  };
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  networks.forEach(network => addNetwork(list, network));
  return list;
}

function isIn(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

/** Whether a text can stand in a list of allowed hosts. @public */
export function isHostPattern(text: string): boolean {
  return isNetwork(text) || NAME.test(text.toLowerCase());
}

function isNetwork(text: string): boolean {
  const [address, prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (!family || rest.length > 0) return false;
  return (
    prefix === undefined ||
    (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128))
  );
}

function addNetwork(list: BlockList, network: string): void {
  const [address, prefix] = network.split('/');
  const isV4 = isIP(address) === 4;
  const family = isV4 ? 'ipv4' : 'ipv6';
  list.addSubnet(address, Number(prefix ?? (isV4 ? 32 : 128)), family);
}

/** As lists have it: without the brackets of an address and the dot at the end of a full name. */
function hostOf(hostname: string): string {
  return hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}
