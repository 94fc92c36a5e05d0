import { JobsPage } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { ReadableJobsQuery } from '../api/ServedCluster';
import { readSnapshot } from '../database/transact';
import { checkCluster } from './jobsQuery';
import { queryJobs } from './operations/queryJobs';

/** Answers the jobs table of the portal: pages in any of its orders, with the number of all jobs that match. */
export class JobQueryService {
  readonly #knex: Knex;
  readonly #cluster: string;

  constructor(options: { knex: Knex; cluster: string }) {
    this.#knex = options.knex;
    this.#cluster = options.cluster;
  }

  /** @throws InputError */
  async queryJobs(query: ReadableJobsQuery): Promise<JobsPage> {
    checkCluster(query, this.#cluster);
    return readSnapshot(this.#knex, tx => queryJobs(tx, query));
  }
}
