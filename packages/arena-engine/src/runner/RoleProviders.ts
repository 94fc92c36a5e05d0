import { BundleContent, ProviderEntry } from '../bundle/BundleContent';
import { ResolvedProvider } from '@backstage-arena/plugin-arena-common';
import { toProviderEntry } from '../plan/candidates';
import { ChatProvider } from '../providers/ChatProvider';
import { ProviderClients } from './ProviderClients';

/** Somebody who takes part in conversations without being under test. */
export interface RolePlayer {
  /** Id of the provider. */
  id: string;
  provider: ChatProvider;
  entry: ProviderEntry;
}

/** Who judges and who plays the user. */
export class RoleProviders {
  private readonly clients: ProviderClients;
  /** Provider of each judge by its name, in the order of the arena file. */
  private readonly judges: ReadonlyMap<string, ProviderEntry>;
  private readonly players: ReadonlyMap<string, ProviderEntry>;

  constructor(
    content: BundleContent,
    options: {
      /** What the run brings itself. */
      providers?: readonly ResolvedProvider[];
      clients: ProviderClients;
    },
  ) {
    this.clients = options.clients;
    this.judges = findJudges(content, options.providers ?? []);
    this.players = findPlayers(content, options.providers ?? []);
  }

  get hasJudges(): boolean {
    return this.judges.size > 0;
  }

  get judgeNames(): string[] {
    return [...this.judges.keys()];
  }

  /** @param name - absent: the first judge */
  judge(name?: string): Promise<RolePlayer> | undefined {
    const entry =
      name === undefined
        ? this.judges.values().next().value
        : this.judges.get(name);
    return entry && this.client(entry);
  }

  /** Whoever plays a self-play role; undefined when there is no such role. */
  player(role: string): Promise<RolePlayer> | undefined {
    const entry = this.players.get(role);
    return entry && this.client(entry);
  }

  hasPlayer(role: string): boolean {
    return this.players.has(role);
  }

  /** A provider in a role that the arena file gives to another. */
  as(entry: ProviderEntry): Promise<RolePlayer> {
    return this.client(entry);
  }

  private async client(entry: ProviderEntry): Promise<RolePlayer> {
    return { id: entry.id, provider: await this.clients.of(entry), entry };
  }
}

/** Who judges under each name, in the order of the arena file. */
export function findJudges(
  content: BundleContent,
  given: readonly ResolvedProvider[],
): Map<string, ProviderEntry> {
  const offered = given.filter(({ group }) => group === 'judge');
  const named = content.arena.judges ?? [];
  if (named.length === 0) {
    return new Map(
      offered.map(provider => [
        provider.bindsTo ?? provider.id,
        toProviderEntry(provider),
      ]),
    );
  }
  return new Map(
    named.flatMap(({ name, provider }) => {
      const entry =
        pick(given, offered, [provider, name]) ?? own(content, provider);
      return entry ? [[name, entry]] : [];
    }),
  );
}

/** Who plays the user in each self-play role, in the order of the arena file. */
export function findPlayers(
  content: BundleContent,
  given: readonly ResolvedProvider[],
): Map<string, ProviderEntry> {
  // Without others, the providers of the group selfplay are what is tested.
  const underTest = given.some(
    ({ group }) => group !== 'judge' && group !== 'selfplay',
  );
  const offered = underTest
    ? given.filter(({ group }) => group === 'selfplay')
    : [];
  return new Map(
    (content.arena.self_play?.roles ?? []).flatMap(({ id, provider }) => {
      const entry =
        pick(underTest ? given : [], offered, [provider, id]) ??
        own(content, provider);
      return entry ? [[id, entry]] : [];
    }),
  );
}

/** The one that is bound by name, else the only one that serves all. */
function pick(
  given: readonly ResolvedProvider[],
  offered: readonly ResolvedProvider[],
  names: readonly string[],
): ProviderEntry | undefined {
  const bound = given.find(
    ({ bindsTo }) => bindsTo !== undefined && names.includes(bindsTo),
  );
  const general = offered.filter(({ bindsTo }) => bindsTo === undefined);
  const chosen = bound ?? (general.length === 1 ? general[0] : undefined);
  return chosen && toProviderEntry(chosen);
}

function own(content: BundleContent, id: string): ProviderEntry | undefined {
  return content.providers.find(provider => provider.id === id);
}
