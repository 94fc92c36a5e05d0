import { PlatformName } from './targetOf';

/** Hosts that only the cloud itself runs: others under its names, as of machines and gateways, anybody can have. */
const HOSTS: Record<PlatformName, { pattern: RegExp; words: string }> = {
  bedrock: {
    pattern:
      /^(vpce-[a-z0-9-]+\.)?bedrock-runtime(-fips)?\.[a-z0-9-]+\.((vpce\.)?amazonaws\.com(\.cn)?|api\.aws)$/,
    words: 'bedrock-runtime.<region>.amazonaws.com',
  },
  vertex: { pattern: /\.googleapis\.com$/, words: '*.googleapis.com' },
  azure: {
    pattern: /\.(openai|cognitiveservices|services\.ai)\.azure\.(com|us|cn)$/,
    words:
      '*.openai.azure.com, *.cognitiveservices.azure.com and *.services.ai.azure.com',
  },
};

/**
 * Says whether a provider without a credential may call as the machine itself, with what its environment, its cloud or a login of its
 * user gives. Whoever writes a bundle also chooses the address, and would get such a credential for the asking.
 *
 * @throws Error when it may not
 */
export function refuseAmbientCredentials(options: {
  platform: PlatformName;
  /** Where the credential would go. */
  url: URL;
  allowed: boolean | undefined;
}): void {
  const { platform, url, allowed } = options;
  if (!allowed) {
    throw new Error(
      'it has no credential, and bundles may not use those of the machine: give it one, or allow those of the machine (arena.bundles.allowAmbientCredentials of app-config)',
    );
  }
  const { pattern, words } = HOSTS[platform];
  if (url.protocol !== 'https:' || !pattern.test(url.hostname)) {
    throw new Error(
      `it has no credential, and those of the machine are not sent to ${url.origin}: allowed are https:// addresses of ${words}`,
    );
  }
}
