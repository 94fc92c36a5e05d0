import { Agent } from 'node:http';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';

/** A tunnel through the proxy that the environment names for this address, if any. */
export function proxyAgent(url: URL): Agent | undefined {
  // The variables are named after http and https; a proxy for WebSockets is the one of their tunnels.
  const proxy = getProxyForUrl(url.href.replace(/^ws/, 'http'));
  return proxy ? new HttpsProxyAgent(proxy) : undefined;
}
