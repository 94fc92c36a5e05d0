import { SchedulerServiceTaskScheduleDefinitionConfig } from '@backstage/backend-plugin-api';

export interface Config {
  catalog?: {
    providers?: {
      /** Entities for ArenaJobs and ArenaSources. */
      arena?: {
        /** Clusters whose objects get entities. Default: all, which are `embedded` (unless disabled) and those of `arena.clusters`. */
        clusters?: string[];
        /** How often the objects are read. Default: every 30 seconds. */
        schedule?: SchedulerServiceTaskScheduleDefinitionConfig;
      };
    };
  };
}
