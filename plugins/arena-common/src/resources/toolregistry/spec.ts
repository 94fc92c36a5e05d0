import { duration, flag, group, listOf } from '../fields';
import { handlerSchema } from './handler';

/** @public */
export const toolRegistrySpecSchema = group('Tools and how to call them.', {
  handlers: listOf(handlerSchema, 'Handlers, each with its own name.', {
    min: 1,
    max: 64,
    listType: 'map',
    listMapKeys: ['name'],
  }),
  probe: group(
    'How tools are probed.',
    {
      enabled: flag('Whether tools are probed.').default(true),
      interval: duration('How often, at least 10s.', {
        positive: true,
      }).default('60s'),
      timeout: duration('How long one probe may take.', {
        positive: true,
      }).default('5s'),
    },
    {
      rules: [
        {
          rule: "duration(self.interval) >= duration('10s')",
          message: 'must be at least 10s',
          fieldPath: '.interval',
        },
      ],
    },
  ).optional(),
});
