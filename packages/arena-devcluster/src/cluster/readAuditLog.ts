import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { AuditEvent } from './Cluster';
import { Layout } from './Layout';

/** Events of all files that an API server has begun. */
export async function readAuditLog(layout: Layout): Promise<AuditEvent[]> {
  const folder = path.dirname(layout.auditLog);
  // Earlier ones are called audit-TIME.log, which sorts before audit.log.
  const names = (await readdir(folder))
    .filter(name => /^audit.*\.log$/.test(name))
    .sort();
  const events: AuditEvent[] = [];
  for (const name of names) {
    const input = createReadStream(path.join(folder, name));
    for await (const line of createInterface({ input })) {
      // The last line may be in the middle of being written.
      if (line.endsWith('}')) events.push(...parse(line));
    }
  }
  return events;
}

function parse(line: string): AuditEvent[] {
  try {
    return [JSON.parse(line)];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
