const PROXIES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'];

/** Whether requests go through a proxy, which then resolves names. */
export function isBehindProxy(environment: NodeJS.ProcessEnv): boolean {
  return PROXIES.some(name => environment[name]);
}
