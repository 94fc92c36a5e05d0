/** What was to be run again by hand was. */
export function checkRepeat({ jobs }) {
  return jobs.some(({ isRerun }) => isRerun) ? [] : ['nothing was run again'];
}
