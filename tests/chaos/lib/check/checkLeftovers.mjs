/** Nothing is left of what has ended: no lease, no token, no process, no folder; and the database is whole. */
export function checkLeftovers(account) {
  const { database, databaseFaults, workers, folders, strikes } = account;
  const faults = databaseFaults.map(fault => `database: ${fault}`);
  const nameOf = seq =>
    `run ${database.runs.find(run => run.seq === seq)?.run_id ?? seq}`;
  for (const { run_seq: seq, kind } of database.leases) {
    faults.push(`a lease (${kind}) is left of ${nameOf(seq)}`);
  }
  for (const { run_seq: seq, idx_from: from, idx_to: to } of database.pending) {
    faults.push(
      `items ${from} to ${to} are still to be leased of ${nameOf(seq)}`,
    );
  }
  for (const { run_seq: seq } of database.livingTokens) {
    faults.push(`a token is still good of ${nameOf(seq)}`);
  }
  for (const { run_id: id, leased } of database.runs) {
    if (leased !== 0) faults.push(`run ${id} has ${leased} items under lease`);
    const told = database.events.find(event => event.run_id === id)?.count ?? 0;
    if (told !== 1)
      faults.push(`the end of run ${id} is on record ${told} times`);
  }
  for (const { digest } of database.orphans) {
    faults.push(`the snapshot ${digest} is of no source and of no run`);
  }
  for (const pid of workers) faults.push(`worker ${pid} is left`);
  // What those leave that were killed is removed by others that come later, at once or after a day.
  const killed = new Set(strikes.flatMap(strike => strike.killed ?? []));
  const isBackendKilled = strikes.some(strike => strike.isBackendKilled);
  for (const { name, pid } of folders.working) {
    if (!killed.has(pid)) faults.push(`the folder ${name} is left`);
  }
  if (!isBackendKilled) {
    for (const name of folders.temporary) {
      faults.push(`the temporary folder ${name} is left`);
    }
  }
  for (const name of folders.bundles) {
    const isWhole = /^[0-9a-f]{64}$/.test(name);
    if (isWhole && !database.digests.includes(`sha256:${name}`)) {
      faults.push(`the bundle ${name} is of no source and of no run`);
    }
    // Its name does not say who was unpacking it.
    if (!isWhole && killed.size === 0 && !isBackendKilled) {
      faults.push(`half of a bundle is left: ${name}`);
    }
  }
  return faults;
}
