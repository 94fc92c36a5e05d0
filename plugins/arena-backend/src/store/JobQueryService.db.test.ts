import {
  createQueriedJobs,
  JobsQueryBed,
  jobsQueryContract,
} from './__testUtils__/jobsQueryContract';
import { createTestBed, eachDatabase } from './__testUtils__/storeTestBed';

jest.setTimeout(60_000);

describe.each(eachDatabase())('JobQueryService on %s', databaseId => {
  let bed: JobsQueryBed;

  beforeAll(async () => {
    const { store, clock } = await createTestBed(databaseId);
    const namespaces = { namespace: 'team', otherNamespace: 'other' };
    await createQueriedJobs({
      ...namespaces,
      store: store.resources,
      pass: async () => clock.advance(1_000),
    });
    bed = {
      ...namespaces,
      cluster: 'embedded',
      queryJobs: query => store.jobs.queryJobs(query),
    };
  });

  it.each(jobsQueryContract(() => bed))('%s', async (_, prove) => {
    await expect(prove()).resolves.toBeUndefined();
  });
});
