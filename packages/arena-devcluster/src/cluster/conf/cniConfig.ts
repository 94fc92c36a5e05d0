import { Addresses } from '../addresses';

/** Each pod has an address that this machine can reach, and sees callers as they are. */
export function cniConfig(addresses: Addresses): string {
  return JSON.stringify(
    {
      cniVersion: '0.4.0',
      name: 'pods',
      plugins: [
        {
          type: 'ptp',
          ipMasq: false,
          ipam: {
            type: 'host-local',
            dataDir: '/run/cni-ipam',
            ranges: [[{ subnet: addresses.pods }]],
            routes: [{ dst: '0.0.0.0/0' }],
          },
        },
        { type: 'portmap', capabilities: { portMappings: true } },
      ],
    },
    undefined,
    2,
  );
}
