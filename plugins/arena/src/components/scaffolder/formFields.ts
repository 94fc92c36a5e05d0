import { createFormField } from '@backstage/plugin-scaffolder-react/alpha';
import { ArenaProviderPicker } from './ArenaProviderPicker';
import { ArenaScenarioPicker } from './ArenaScenarioPicker';
import { ArenaSourcePicker } from './ArenaSourcePicker';
import {
  providerPickerSchema,
  scenarioPickerSchema,
  sourcePickerSchema,
} from './pickerOptions';

/** `ui:field: ArenaSourcePicker` */
export const sourceField = createFormField({
  name: 'ArenaSourcePicker',
  component: ArenaSourcePicker,
  schema: sourcePickerSchema,
});

/** `ui:field: ArenaScenarioPicker` */
export const scenarioField = createFormField({
  name: 'ArenaScenarioPicker',
  component: ArenaScenarioPicker,
  schema: scenarioPickerSchema,
});

/** `ui:field: ArenaProviderPicker` */
export const providerField = createFormField({
  name: 'ArenaProviderPicker',
  component: ArenaProviderPicker,
  schema: providerPickerSchema,
});
