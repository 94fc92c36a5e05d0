import { mockLogger } from '../__testUtils__/mockLogger';
import { logWorkerLine } from './logWorkerLine';

const line = (fields: object) =>
  JSON.stringify({ timestamp: '2026-01-02T03:04:05.678Z', ...fields });

describe('logWorkerLine', () => {
  it('keeps the level and the fields of what the worker says', () => {
    const logger = mockLogger();
    logWorkerLine(
      logger,
      line({
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
    logWorkerLine(logger, line({ level: 'error', message: 'Gone' }), 'stderr');
    expect(logger.error).toHaveBeenCalledWith('Gone', undefined);
    expect(logger.warn).not.toHaveBeenCalled();
  });

  it('shows the debug lines of a job that asked for them', () => {
    const logger = mockLogger();
    logWorkerLine(
      logger,
      line({ level: 'debug', message: 'Item 7' }),
      'stderr',
    );
    expect(logger.info).toHaveBeenCalledWith('Item 7', undefined);
  });

  it('lets no text of others begin a line of the log or speak to a terminal', () => {
    const logger = mockLogger();
    const message =
      'status 500: x\r\n2026-01-02 info Deleted by admin\u001b[2J\u2028';
    logWorkerLine(logger, line({ level: 'info', message }), 'stderr');
    expect(logger.info).toHaveBeenCalledWith(
      'status 500: x\\u000d\\u000a2026-01-02 info Deleted by admin\\u001b[2J\\u2028',
      undefined,
    );
  });

  it('keeps the level of a line that was cut', () => {
    const logger = mockLogger();
    const whole = line({ level: 'error', message: 'x'.repeat(5_000) });
    const cut = `${whole.slice(0, 4_000)}…`;
    logWorkerLine(logger, cut, 'stderr');
    expect(logger.error).toHaveBeenCalledWith(cut);
    expect(logger.warn).not.toHaveBeenCalled();
  });

  it.each([
    'node: not found',
    '{"level":"info"}',
    '{"level":"toString","message":"x"}',
    '{"level":"info","message":{}}',
    '{"timestamp":"x","level":"constructor","mess',
    '[1]',
    'null',
    '',
  ])('takes %j for what something else says', text => {
    const logger = mockLogger();
    logWorkerLine(logger, text, 'stderr');
    expect(logger.warn).toHaveBeenCalledWith(text);
    logWorkerLine(logger, text, 'stdout');
    expect(logger.info).toHaveBeenCalledWith(text);
  });
});
