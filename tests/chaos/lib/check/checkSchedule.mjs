const MINUTE_MS = 60_000;

/** What is due that close to the schedule's beginning or end may be on either side of it. */
const TOLERANCE_MS = 1_000;

/** What was due so shortly before the schedule was suspended may have waited for somebody who acts. */
const WAITS_MS = 15_000;

/** What may become of a time at which a schedule was due that was not suspended. */
const OUTCOMES = ['Started', 'Forbidden', 'Missed'];

/**
 * Each minute while there was a schedule is on record, once, and started one job at most; each job that it created is on record, and there; and
 * what was started by hand is.
 */
export function checkSchedule({ schedule, jobs }) {
  const fires = [...schedule.fires].sort(
    (one, other) => one.firstAt - other.firstAt,
  );
  const faults = [];
  for (const minute of minutesOf(schedule)) {
    if (!fires.some(each => each.firstAt <= minute && minute <= each.lastAt)) {
      faults.push(`${timeOf(minute)} was due, and is not on record`);
    }
  }
  fires.forEach((fire, i) => {
    const { firstAt, lastAt, count, outcome, message, child } = fire;
    const at = timeOf(firstAt);
    if (i > 0 && !(firstAt > fires[i - 1].lastAt)) {
      faults.push(`${at} is on record twice`);
    }
    const minutes = (lastAt - firstAt) / MINUTE_MS + 1;
    if (firstAt % MINUTE_MS !== 0 || count !== minutes) {
      faults.push(`${at} to ${timeOf(lastAt)} are ${count} times on record`);
    }
    const isOver = lastAt > schedule.suspendedAt - WAITS_MS;
    if (!OUTCOMES.includes(outcome) && !(isOver && outcome === 'Suspended')) {
      faults.push(`${at} is ${outcome}: ${message}`);
    }
    if ((outcome === 'Started') !== (child !== undefined)) {
      faults.push(`${at} is ${outcome}, and its job is ${child}`);
    }
  });
  const onRecord = fires.flatMap(({ child }) => child ?? []);
  const names = new Set(onRecord);
  if (names.size !== onRecord.length) {
    faults.push(`a job was started for two times: ${onRecord.join(', ')}`);
  }
  const children = jobs
    .filter(({ isParent }) => !isParent)
    .map(({ name }) => name);
  for (const name of names) {
    if (!children.includes(name))
      faults.push(`${name} was started, and is gone`);
  }
  const byHand = children.filter(name => /-now-[a-z0-9]{5}$/.test(name));
  if (byHand.length === 0) faults.push('nothing was started by hand');
  for (const name of children) {
    if (!byHand.includes(name) && !names.has(name)) {
      faults.push(`${name} is not on record`);
    }
  }
  return faults;
}

/** Whole minutes at which it must have been due. */
export function minutesOf({ createdAt, suspendedAt }) {
  const minutes = [];
  const from = createdAt + TOLERANCE_MS;
  for (
    let minute = Math.ceil(from / MINUTE_MS) * MINUTE_MS;
    minute <= suspendedAt - TOLERANCE_MS;
    minute += MINUTE_MS
  ) {
    minutes.push(minute);
  }
  return minutes;
}

function timeOf(at) {
  return new Date(at).toISOString();
}
