import { mockLogger } from '../../__testUtils__/mockLogger';
import { systemClock } from '../../time/Clock';
import {
  page,
  refusal,
  ScriptedApiServer,
  watch,
} from '../__testUtils__/ScriptedApiServer';
import { createConfig, createSpec } from './__testUtils__/pools';
import { KubernetesLauncher } from './KubernetesLauncher';

describe('KubernetesLauncher, in namespaces of which one may not be read', () => {
  let server: ScriptedApiServer;
  let launcher: KubernetesLauncher;

  beforeEach(async () => {
    server = await ScriptedApiServer.start((response, request) => {
      const isOpen = request.path.includes('/namespaces/open/');
      const answer = request.query.watch
        ? watch([])
        : page([], { resourceVersion: '5' });
      const forbidden = refusal(403, `${request.path} is forbidden`);
      (isOpen ? answer : forbidden)(response, request);
    });
    launcher = new KubernetesLauncher({
      kubeConfig: server.kubeConfig,
      cluster: { namespaces: ['closed', 'open'], worker: createConfig() },
      clock: systemClock,
      logger: mockLogger(),
    });
  });

  afterEach(async () => {
    await launcher.shutdown();
    await server.stop();
  });

  it('says so, and does not take its workers for gone, when it has started none itself', async () => {
    expect(await launcher.status(createSpec({ namespace: 'open' }))).toEqual(
      expect.objectContaining({ active: 0, workers: [] }),
    );
    const closed = createSpec({ namespace: 'closed' });
    await expect(launcher.status(closed)).rejects.toThrow('is forbidden');
    await expect(launcher.stop(closed)).rejects.toThrow('is forbidden');
  });

  it('sets no timer to look at what was read', async () => {
    const open = createSpec({ namespace: 'open' });
    await launcher.status(open);
    const timeout = jest.spyOn(AbortSignal, 'timeout');
    await launcher.status(open);
    expect(timeout).not.toHaveBeenCalled();
    timeout.mockRestore();
  });
});
