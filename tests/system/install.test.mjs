// Our packages, packed as they would be published, in a portal freshly made by @backstage/create-app, following the README word for word.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from '../lib/until.mjs';
import { FreshPortal } from './lib/FreshPortal.mjs';
import { runFirstJob } from './lib/runFirstJob.mjs';

let portal;

before(async () => {
  portal = await FreshPortal.open();
});

after(async () => {
  await portal?.close();
});

test('the packages can be packed', { timeout: 600_000 }, async () => {
  await portal.publish();
});

test(
  'they install into a fresh portal as the README says',
  { timeout: 900_000 },
  async () => {
    await portal.create();
    await portal.follow('README.md');
  },
);

test('a job runs there', { timeout: 600_000 }, async () => {
  await portal.addBundle('support-agent');
  await portal.build();
  await portal.start();
  await runFirstJob(portal);
  const page = await fetch(`${portal.url}/arena`);
  assert.equal(page.status, 200);
});

test('the catalog knows the job, and templates may create others', async () => {
  await until('the catalog has the job', async () => {
    const { ok } = await portal.get(
      '/api/catalog/entities/by-name/arenajob/default/first_embedded',
    );
    return ok;
  });
  const response = await portal.get('/api/scaffolder/v2/actions');
  const actions = (await response.json()).map(({ id }) => id);
  assert.ok(actions.includes('arena:job:run'), actions.join(', '));
});
