import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { CertificateFiles, ListenerConfig, readListener } from './readListener';

const SECTION = 'arena.webhook';

/** Where API servers have objects checked: they call by HTTPS alone. */
export interface WebhookConfig extends ListenerConfig {
  tls: CertificateFiles;
}

/** Reads `arena.webhook`. */
export function readWebhook(
  config: Config | undefined,
  options: { workingDirectory: string },
): WebhookConfig | undefined {
  const listener = readListener(config, SECTION, options);
  if (!listener) return undefined;
  const { tls } = listener;
  if (!tls) {
    throw new InputError(
      `Missing value in config at ${SECTION}.tls: API servers call webhooks by HTTPS alone; set certFile and keyFile`,
    );
  }
  return { ...listener, tls };
}
