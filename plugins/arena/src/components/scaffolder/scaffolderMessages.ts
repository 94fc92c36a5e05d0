/** Texts of the fields of scaffolder templates. */
export const scaffolderMessages = {
  choose: 'Choose',
  allScenarios: 'All',
  unknown: 'What there is to choose from could not be read: {{message}}',
} as const;
