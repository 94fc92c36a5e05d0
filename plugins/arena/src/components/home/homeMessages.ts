/** Texts of Arena on the home page. */
export const homeMessages = {
  title: 'My Arena',
  running: 'Running now',
  failing: 'Failing',
  next: 'Next scheduled',
  runningNone: 'Nothing of yours runs.',
  failingNone: 'Nothing of yours fails.',
  nextNone: 'Nothing of yours is scheduled.',
  none: 'No job is yours yet',
  noneDescription:
    'A job is yours when its annotation arena.backstage.io/owner names you or a group of yours, or when you have created it and it names nobody.',
  all: 'All jobs',
  error: 'Your jobs could not be read',
  more_one: 'and {{count}} more',
  more_other: 'and {{count}} more',
} as const;
