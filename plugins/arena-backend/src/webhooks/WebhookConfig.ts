import { ArenaRunEventType } from '@backstage-arena/plugin-arena-common';

/** Somebody who is called when a run has ended. */
export interface OutgoingWebhook {
  name: string;
  url: string;
  /** What calls are signed with. */
  secret: string;
  /** Default: all. */
  events?: readonly ArenaRunEventType[];
  /** Default: all. */
  namespaces?: readonly string[];
  /** Whether the host of the url may be on a network of one's own. */
  allowPrivateNetwork: boolean;
}
