/** Texts of Arena on pages of the catalog. */
export const entityMessages = {
  title: 'Prompt and agent tests',
  jobs: 'Arena jobs',
  job: 'Arena job',
  latest: 'Tests',
  passRate: '{{rate}} passed',
  interval: '95 % interval {{interval}}',
  trend: 'Pass rates from oldest to newest: {{rates}}',
  trendOf: 'Pass rates of {{name}} from oldest to newest: {{rates}}',
  none: 'Nothing tests this entity yet',
  noneDescription:
    'A job does when its annotation arena.backstage.io/component names the entity. Add it to the YAML of the job:',
  annotation: 'Annotation for the job',
  noneOfSystem: 'Nothing tests what this system is made of',
  noneOfSystemDescription:
    'Annotate jobs with arena.backstage.io/component and the reference of a component or API of the system.',
  more: 'There are more jobs than are shown here.',
  missing: 'Cluster {{name}} does not answer: its jobs are missing here',
  lastRun: 'Last run',
  nextRun: 'Next run',
  all: 'All jobs, those that schedules have created among them',
  openLive: 'Open live view',
  load: 'Last load test',
  loadNone: 'No load test has run yet',
  loadNoneDescription:
    'A job of type loadtest sends a rate of conversations and measures how fast and how well they are answered.',
  rate: 'Sent rate',
  p99: 'Latency p99',
  errorRate: 'Error rate',
  next: 'Next run',
  nextNone: 'Nothing is scheduled',
  nextNoneDescription:
    'A job with spec.schedule runs by itself, for example each night.',
  flaky: 'Flaky cells',
  flakyNone: 'No flaky cells',
  flakyNoneDescription:
    'A scenario is flaky on a provider when some of its trials passed and some did not, in the latest run.',
  flakyCell: '{{passed}} of {{judged}} passed',
  cell: '{{scenario}} on {{provider}}',
} as const;
