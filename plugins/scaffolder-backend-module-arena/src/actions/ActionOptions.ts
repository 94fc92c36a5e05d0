import { ArenaService } from '@backstage-arena/plugin-arena-node';

/** What every action needs. */
export interface ActionOptions {
  arena: ArenaService;
  /** Address of the portal, without a slash at the end. */
  appUrl: string;
}
