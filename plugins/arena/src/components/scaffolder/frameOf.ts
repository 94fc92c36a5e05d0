/** What a template says of a field to its reader. */
export function frameOf({
  name,
  schema,
  uiSchema,
  required,
  disabled,
  readonly,
}: {
  name: string;
  schema: { title?: string; description?: string };
  uiSchema: { 'ui:title'?: string; 'ui:description'?: string };
  required?: boolean;
  disabled?: boolean;
  readonly?: boolean;
}) {
  return {
    label: uiSchema['ui:title'] ?? schema.title ?? name,
    description: uiSchema['ui:description'] ?? schema.description,
    isRequired: required,
    isDisabled: disabled || readonly,
  };
}
