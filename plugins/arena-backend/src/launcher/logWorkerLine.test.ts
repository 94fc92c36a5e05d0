import { mockLogger } from '../__testUtils__/mockLogger';
import { logWorkerLine } from './logWorkerLine';

describe('logWorkerLine', () => {
  it('keeps the level and the fields of what the worker says', () => {
    const logger = mockLogger();
    logWorkerLine(
      logger,
      JSON.stringify({
        timestamp: '2026-01-02T03:04:05.678Z',
        level: 'info',
        message: 'The run is closed',
        runId: 'r-1',
        workerId: 'w-1',
        reason: 'The run is over',
      }),
      'stderr',
    );
    expect(logger.info).toHaveBeenCalledWith('The run is closed', {
      details: { reason: 'The run is over' },
    });
    logWorkerLine(logger, '{"level":"debug","message":"Item 7"}', 'stderr');
    expect(logger.info).toHaveBeenLastCalledWith('Item 7', undefined);
    logWorkerLine(logger, '{"level":"error","message":"Gone"}', 'stderr');
    expect(logger.error).toHaveBeenCalledWith('Gone', undefined);
    expect(logger.warn).not.toHaveBeenCalled();
  });

  it.each([
    'node: not found',
    '{"level":"info"}',
    '{"level":"toString","message":"x"}',
    '{"level":"info","message":{}}',
    '[1]',
    'null',
    '',
  ])('takes %j for what something else says', line => {
    const logger = mockLogger();
    logWorkerLine(logger, line, 'stderr');
    expect(logger.warn).toHaveBeenCalledWith(line);
    logWorkerLine(logger, line, 'stdout');
    expect(logger.info).toHaveBeenCalledWith(line);
  });
});
