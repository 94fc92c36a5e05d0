import { KubeConfig } from '@kubernetes/client-node';
import { createInterface } from 'node:readline';
import { systemClock } from '../../../time/Clock';
import { LeaseElection } from '../LeaseElection';

// A replica in a process of its own, to be stopped and woken. It answers each line of input with what it believes.
const [, , kubeconfig, namespace, ttlMs, renewDeadlineMs, renewMs] =
  process.argv;
const kubeConfig = new KubeConfig();
kubeConfig.loadFromFile(kubeconfig);
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const election = new LeaseElection({
  kubeConfig,
  namespace,
  name: 'arena-controller',
  holder: `process-${process.pid}`,
  clock: systemClock,
  ttlMs: Number(ttlMs),
  renewDeadlineMs: Number(renewDeadlineMs),
  renewMs: Number(renewMs),
  onElected: async epoch => say(`elected ${epoch}`),
  onDeposed: async () => say('deposed'),
  onError: error => say(`error ${error}`),
});
election.start();
// Asked without a pause, so that the first moment after waking is among the answers.
let believed = false;
setInterval(() => {
  const believes = election.isLeader();
  if (believes !== believed) say(believes ? 'believes' : 'doubts');
  believed = believes;
}, 1);
createInterface({ input: process.stdin })
  .on('line', () => say(`answer ${election.isLeader()}`))
  .on('close', () => process.exit(0));
