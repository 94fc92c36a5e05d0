import { SchedulerServiceTaskScheduleDefinitionConfig } from '@backstage/backend-plugin-api';

export interface Config {
  catalog?: {
    providers?: {
      /** Entities for ArenaJobs, ArenaSources, and the providers and agents that they use. */
      arena?: {
        /** Clusters whose objects get entities. Default: all, which are `embedded` (unless disabled) and those of `arena.clusters`. */
        clusters?: string[];
        /** Entity reference of who owns objects that name no owner and have no creator. Default: nobody; of providers and agents `unknown`. */
        defaultOwner?: string;
        /** Whether providers and agents get entities of the kind Resource. Default: true. */
        resources?: boolean;
        /**
         * How often providers and agents are read, and jobs and sources while their changes cannot be followed. Default: every 30 seconds. One replica does it,
         * whatever `scope` says.
         */
        schedule?: SchedulerServiceTaskScheduleDefinitionConfig;
      };
    };
  };
}
