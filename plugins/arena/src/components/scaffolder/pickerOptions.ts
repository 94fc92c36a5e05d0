import {
  FieldExtensionComponentProps,
  makeFieldSchema,
} from '@backstage/plugin-scaffolder-react';

/**
 * What a template may say of a picker, below `ui:options`.
 *
 * @public
 */
export type PickerOptions = {
  /** Where to look. Default: the field `cluster` of the form, else the first cluster of the portal. */
  cluster?: string;
};

/**
 * The value of a picker of providers, as `spec.providers.default` of an ArenaJob wants it.
 *
 * @public
 */
export interface PickedProvider {
  providerRef: { name: string; namespace?: string };
}

export type PickerProps<T> = FieldExtensionComponentProps<T, PickerOptions>;

const CLUSTER =
  'Where to look. Default: the field cluster of the form, else the first cluster of the portal.';

export const sourcePickerSchema = makeFieldSchema({
  output: z => z.string(),
  uiOptions: z =>
    z.object({ cluster: z.string().optional().describe(CLUSTER) }),
});

export const scenarioPickerSchema = makeFieldSchema({
  output: z => z.array(z.string()),
  uiOptions: z =>
    z.object({ cluster: z.string().optional().describe(CLUSTER) }),
});

export const providerPickerSchema = makeFieldSchema({
  output: z =>
    z.array(
      z.object({
        providerRef: z.object({
          name: z.string(),
          namespace: z.string().optional(),
        }),
      }),
    ),
  uiOptions: z =>
    z.object({ cluster: z.string().optional().describe(CLUSTER) }),
});
