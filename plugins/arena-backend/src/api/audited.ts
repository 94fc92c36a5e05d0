import { AuditorService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import { Request } from 'express';

/** Runs an action and leaves a record of it, whichever way it ends. */
export async function audited<T>(
  auditor: AuditorService,
  event: {
    eventId: string;
    severityLevel: 'low' | 'medium' | 'high';
    request: Request;
    meta: JsonObject;
  },
  action: () => Promise<T>,
): Promise<T> {
  const record = await auditor.createEvent(event);
  try {
    const result = await action();
    await record.success();
    return result;
  } catch (error) {
    await record.fail({ error: toError(error) });
    throw error;
  }
}
