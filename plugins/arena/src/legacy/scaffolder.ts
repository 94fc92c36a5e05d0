import { createScaffolderFieldExtension } from '@backstage/plugin-scaffolder-react';
import { ArenaProviderPicker } from '../components/scaffolder/ArenaProviderPicker';
import { ArenaScenarioPicker } from '../components/scaffolder/ArenaScenarioPicker';
import { ArenaSourcePicker } from '../components/scaffolder/ArenaSourcePicker';
import {
  PickedProvider,
  PickerOptions,
  providerPickerSchema,
  scenarioPickerSchema,
  sourcePickerSchema,
} from '../components/scaffolder/pickerOptions';
import { arenaPlugin } from './plugin';

/**
 * `ui:field: ArenaSourcePicker` of templates, below `ScaffolderFieldExtensions`.
 *
 * @public
 */
export const ArenaSourcePickerFieldExtension = arenaPlugin.provide(
  createScaffolderFieldExtension<string, PickerOptions>({
    name: 'ArenaSourcePicker',
    component: ArenaSourcePicker,
    schema: sourcePickerSchema.schema,
  }),
);

/**
 * `ui:field: ArenaScenarioPicker` of templates, below `ScaffolderFieldExtensions`.
 *
 * @public
 */
export const ArenaScenarioPickerFieldExtension = arenaPlugin.provide(
  createScaffolderFieldExtension<string[], PickerOptions>({
    name: 'ArenaScenarioPicker',
    component: ArenaScenarioPicker,
    schema: scenarioPickerSchema.schema,
  }),
);

/**
 * `ui:field: ArenaProviderPicker` of templates, below `ScaffolderFieldExtensions`.
 *
 * @public
 */
export const ArenaProviderPickerFieldExtension = arenaPlugin.provide(
  createScaffolderFieldExtension<PickedProvider[], PickerOptions>({
    name: 'ArenaProviderPicker',
    component: ArenaProviderPicker,
    schema: providerPickerSchema.schema,
  }),
);
