import { LoggerService } from '@backstage/backend-plugin-api';
import { JsonObject } from '@backstage/types';

/**
 * A logger that says nothing and knows what it was told; those made of it are mocks of their own.
 *
 * What `mockServices.logger.mock` of `@backstage/backend-test-utils` makes, without the seconds that loading that package takes.
 */
export function mockLogger(): jest.Mocked<LoggerService> {
  return {
    debug: jest.fn(),
    info: jest.fn(),
    warn: jest.fn(),
    error: jest.fn(),
    child: jest.fn((_meta: JsonObject): LoggerService => mockLogger()),
  };
}
