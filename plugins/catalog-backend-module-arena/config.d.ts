import { SchedulerServiceTaskScheduleDefinitionConfig } from '@backstage/backend-plugin-api';

export interface Config {
  catalog?: {
    providers?: {
      /** Entities for ArenaJobs and ArenaSources. */
      arena?: {
        /** Clusters whose objects get entities. Default: `embedded`. */
        clusters?: string[];
        /** How often the objects are read. Default: every 30 seconds. */
        schedule?: SchedulerServiceTaskScheduleDefinitionConfig;
      };
    };
  };
}
