import { ArenaRunEvent } from '@backstage-arena/plugin-arena-common';
import { createAddressPolicy } from '@backstage-arena/plugin-arena-common/network';
import {
  DeliveryError,
  RunEventReceiver,
} from '../runEvents/RunEventDeliveries';
import { Clock } from '../time/Clock';
import { describeFailure } from '../web/describeFailure';
import { GuardedHttp } from '../web/GuardedHttp';
import { isBehindProxy } from '../web/isBehindProxy';
import { signWebhook } from './signWebhook';
import { OutgoingWebhook } from './WebhookConfig';

const TIMEOUT_MS = 15_000;
/** Says that nobody wants to be called there any more. */
const GONE = 410;

/** Calls a webhook with the end of a run. Redirects are not followed: the signature is for one address. */
export function createWebhookReceiver(
  hook: OutgoingWebhook,
  options: {
    clock: Clock;
    /** `arena.network.allow` */
    allowedHosts: readonly string[];
    environment: NodeJS.ProcessEnv;
    timeoutMs?: number;
  },
): RunEventReceiver {
  const { clock, allowedHosts, environment, timeoutMs = TIMEOUT_MS } = options;
  const { name, url, secret } = hook;
  const policy = createAddressPolicy({
    allowedHosts: hook.allowPrivateNetwork
      ? [...allowedHosts, new URL(url).hostname.replace(/^\[|\]$/g, '')]
      : allowedHosts,
    behindProxy: isBehindProxy(environment),
    setting: `arena.network.allow (or allowPrivateNetwork of the webhook)`,
  });
  return {
    name: `webhook:${name}`,
    wants: event =>
      (hook.events?.includes(event.type) ?? true) &&
      (hook.namespaces?.includes(event.run.namespace) ?? true),
    async send(event: ArenaRunEvent, signal: AbortSignal) {
      const http = new GuardedHttp({ policy });
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        const body = JSON.stringify(event);
        const timestamp = Math.floor(clock.now().getTime() / 1_000);
        const answer = await http.request(url, {
          method: 'POST',
          body,
          headers: {
            'content-type': 'application/json',
            'arena-event': event.type,
            'arena-delivery': event.id,
            'arena-timestamp': String(timestamp),
            'arena-signature': signWebhook({
              secret,
              id: event.id,
              timestamp,
              body,
            }),
          },
          signal: AbortSignal.any([signal, timeout]),
        });
        answer.body.on('error', () => undefined).destroy();
        if (answer.status < 200 || answer.status > 299) {
          throw new DeliveryError(`it answered ${answer.status}`, {
            isFinal: answer.status === GONE,
          });
        }
      } catch (error) {
        if (error instanceof DeliveryError) throw error;
        throw new DeliveryError(describeFailure(error, timeoutMs));
      } finally {
        await http.close();
      }
    },
  };
}
