/** Texts about Arena among the results of a search. */
export const searchMessages = {
  source: 'Source of tests',
  owner: 'Owner: {{owner}}',
  namespace: 'Namespace: {{namespace}}',
} as const;
