import { ProviderEntry } from '../bundle/BundleContent';
import { ChatProvider } from '../providers/ChatProvider';

/**
 * The clients of a run, one for each provider: whoever is under test and judges as well has one rate limit, not two. Made when they are
 * first needed.
 */
export class ProviderClients {
  private readonly clients = new Map<string, Promise<ChatProvider>>();

  constructor(
    private readonly create: (entry: ProviderEntry) => Promise<ChatProvider>,
  ) {}

  of(entry: ProviderEntry): Promise<ChatProvider> {
    const { id, key, credentialSlot = '' } = entry;
    const name = JSON.stringify([id, key, credentialSlot]);
    const known = this.clients.get(name);
    if (known) return known;
    const client = this.create(entry);
    this.clients.set(name, client);
    return client;
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.clients.values());
    await Promise.all(
      opened.map(result =>
        result.status === 'fulfilled' ? result.value.close() : undefined,
      ),
    );
  }
}
