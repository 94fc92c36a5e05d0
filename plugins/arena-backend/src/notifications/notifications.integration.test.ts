import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { mockLogger } from '../__testUtils__/mockLogger';
import notificationsPlugin from '@backstage/plugin-notifications-backend';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  notificationService,
  NotificationService,
} from '@backstage/plugin-notifications-node';
import { databases } from '../__testUtils__/databases';
import { migratedDatabase } from '../__testUtils__/migratedDatabase';
import { TestClock } from '../__testUtils__/runs';
import { runEvent } from '../runEvents/__testUtils__/runEvent';
import { RunEvents } from '../runEvents/RunEvents';
import { NotificationPlanner } from './NotificationPlanner';
import { NotificationSender } from './NotificationSender';

jest.setTimeout(180_000);

const entity = (kind: string, name: string, relations: object[] = []) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind,
  metadata: { name, namespace: 'default' },
  spec: {},
  relations: relations as never,
});

describe('notifications of the real plugin', () => {
  it('reach the members of the owner, and take the place of earlier ones', async () => {
    let notifications: NotificationService | undefined;
    const backend = await startTestBackend({
      features: [
        notificationsPlugin,
        mockServices.rootConfig.factory({
          data: { app: { baseUrl: 'http://portal.example.com' } },
        }),
        catalogServiceMock.factory({
          entities: [
            entity('User', 'jo'),
            entity('Group', 'team-a', [
              { type: 'hasMember', targetRef: 'user:default/jo' },
            ]),
          ],
        }),
        createBackendPlugin({
          pluginId: 'arena',
          register(env) {
            env.registerInit({
              deps: {
                notifications: notificationService,
                logger: coreServices.logger,
              },
              async init(deps) {
                notifications = deps.notifications;
              },
            });
          },
        }),
      ],
    });
    const [id] = databases.eachSupportedId()[0];
    const knex = await migratedDatabase(id);
    const clock = new TestClock();
    const logger = mockLogger();
    const planner = new NotificationPlanner({
      clock,
      logger,
      config: {
        enabled: true,
        digestMs: 0,
        minimumSeverity: 'low',
        longRunMs: 600_000,
      },
    });
    const events = new RunEvents({
      knex,
      clock,
      targets: [],
      planners: [planner],
    });
    const sender = new NotificationSender({
      knex,
      clock,
      logger,
      notifications: notifications!,
      digestMs: 0,
      appBaseUrl: 'http://portal',
    });
    const end = async (run: Parameters<typeof runEvent>[0]) => {
      await events.record(
        runEvent({ owner: 'team-a', scheduled: true, ...run }),
      );
      await sender.run(new AbortController().signal);
    };
    const read = async () => {
      const response = await fetch(
        `http://localhost:${backend.server.port()}/api/notifications/notifications`,
        {
          headers: {
            Authorization: mockCredentials.user.header('user:default/jo'),
          },
        },
      );
      return (await response.json()).notifications as Array<{
        payload: { title: string; link: string; topic: string };
      }>;
    };

    await end({ id: 'one', phase: 'Failed', reason: 'Regression' });
    expect(logger.warn.mock.calls).toEqual([]);
    expect(await read()).toMatchObject([
      {
        payload: {
          title: 'nightly got worse',
          link: 'http://portal/arena/runs/one',
          topic: 'arena-regression',
        },
      },
    ]);
    await end({ id: 'two', phase: 'Failed', reason: 'Regression' });
    await end({ id: 'three' });
    expect(await read()).toMatchObject([
      { payload: { title: 'nightly is well again' } },
    ]);
    await backend.stop();
  });
});
