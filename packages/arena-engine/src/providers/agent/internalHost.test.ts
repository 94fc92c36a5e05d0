import { isInternalHost } from './internalHost';

describe('isInternalHost', () => {
  it.each([
    'localhost',
    '127.0.0.1',
    '[::1]',
    '10.1.2.3',
    '192.168.0.9',
    '[fd00::1]',
    'agent',
    'agent.team.svc',
    'agent.team.svc.cluster.local',
  ])('takes %s for internal', host => {
    expect(isInternalHost(host)).toBe(true);
  });

  it.each([
    'example.com',
    '8.8.8.8',
    '172.32.0.1',
    'svc.example.com',
    '[2a00::1]',
  ])('takes %s for external', host => {
    expect(isInternalHost(host)).toBe(false);
  });
});
