/** Each time that the schedule was due is on record once, and started one job at most; each job that it created is on record. */
export function checkSchedule({ schedule, jobs }) {
  const faults = [];
  const times = new Set();
  for (const { firstAt } of schedule.fires) {
    if (times.has(firstAt)) faults.push(`${firstAt} is on record twice`);
    times.add(firstAt);
  }
  const onRecord = schedule.fires.flatMap(({ child }) => child ?? []);
  const names = new Set(onRecord);
  if (names.size !== onRecord.length) {
    faults.push(`a job was started for two times: ${onRecord.join(', ')}`);
  }
  const children = jobs.filter(({ isParent }) => !isParent);
  if (children.length === 0) faults.push('nothing was started');
  for (const { name } of children) {
    const isByHand = /-now-[a-z0-9]{5}$/.test(name);
    if (!isByHand && !names.has(name)) faults.push(`${name} is not on record`);
  }
  return faults;
}
