import { Addresses } from '../addresses';
import { Layout } from '../Layout';

/** The name of this machine, for pods. */
export const HOST_NAME = 'host.devcluster.internal';

/** Blocks of their own: within one, plugins run in an order that is not the one written. */
export function corefile(layout: Layout, addresses: Addresses): string {
  return `cluster.local:53 in-addr.arpa:53 {
  bind ${addresses.node}
  errors
  kubernetes cluster.local in-addr.arpa {
    kubeconfig ${layout.pki('dns.kubeconfig')} arena
    ttl 1
  }
}
${HOST_NAME}:53 {
  bind ${addresses.node}
  hosts {
    ${addresses.host} ${HOST_NAME}
  }
}
.:53 {
  bind ${addresses.node}
  template ANY ANY {
    rcode NXDOMAIN
  }
}
`;
}
