import { ArenaService } from '@backstage-arena/plugin-arena-node';

/** What every action needs. */
export interface ActionOptions {
  /** The REST API, asked as whoever calls the action: it decides what they may do. */
  arena: ArenaService;
  /** Address of the portal, without a slash at the end. */
  appUrl: string;
}
