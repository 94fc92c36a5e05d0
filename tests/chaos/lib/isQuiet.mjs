/** Runs of jobs that end early are closed later; leases of what was reported last run out; reports that could not be written are written when the cause is gone. */
export async function isQuiet(system) {
  const [open] = await system.database.query(
    "select (select count(*) from runs where state <> 'Closed' or (finalize_error is not null and finalize_not_before > 0)) + (select count(*) from run_leases) as count",
  );
  return (
    Number(open.count) === 0 && (await system.portal.workers()).length === 0
  );
}
