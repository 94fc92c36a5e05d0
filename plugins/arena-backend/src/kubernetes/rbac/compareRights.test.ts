import { readAuditedRights } from './auditedRights';
import { compareRights } from './compareRights';
import { Right } from './rights';

const PORTAL = 'system:serviceaccount:arena:arena-portal';

function event(
  verb: string,
  objectRef: object | undefined,
  options: { user?: string; decision?: string; userAgent?: string } = {},
): string {
  const { user = PORTAL, decision = 'allow', userAgent = 'x/1' } = options;
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    stage: 'ResponseComplete',
    verb,
    user: { username: user, groups: ['system:authenticated'] },
    userAgent,
    objectRef,
    annotations: { 'authorization.k8s.io/decision': decision },
  });
}

const pods = { resource: 'pods', namespace: 'a', apiVersion: 'v1' };
const status = {
  resource: 'arenajobs',
  subresource: 'status',
  apiGroup: 'omnia.altairalabs.ai',
};

const LOG = [
  event('list', pods),
  event('list', { ...pods, namespace: 'b' }),
  event('watch', pods),
  event('patch', status),
  event('get', undefined), // Of an address that is no resource, such as /readyz.
  event('create', {
    resource: 'selfsubjectaccessreviews',
    apiGroup: 'authorization.k8s.io',
  }),
  event('delete', pods, { decision: 'forbid' }),
  event('delete', status, { user: 'admin' }),
  event('delete', status, { user: `${PORTAL}-other` }),
];

describe('readAuditedRights', () => {
  it('tells what an account did and what it was refused, and nothing of others', async () => {
    expect(await readAuditedRights(LOG, { username: PORTAL })).toEqual({
      used: new Set([
        'list pods',
        'watch pods',
        'patch arenajobs.omnia.altairalabs.ai/status',
      ]),
      usedElsewhere: new Set(),
      denied: new Set(['delete pods']),
    });
  });

  it('refuses a line of the account that it cannot read, rather than pass over it', async () => {
    const broken = event('list', pods).slice(0, -5);
    await expect(
      readAuditedRights([broken], { username: PORTAL }),
    ).rejects.toThrow(SyntaxError);
    await expect(
      readAuditedRights([JSON.stringify({ user: PORTAL })], {
        username: PORTAL,
      }),
    ).rejects.toThrow('verb');
  });
});

describe('compareRights', () => {
  const rights: Right[] = [
    {
      group: '',
      resource: 'pods',
      verbs: ['list', 'watch'],
      where: 'served',
      why: 'w',
    },
    {
      group: 'omnia.altairalabs.ai',
      resource: 'arenajobs/status',
      verbs: ['patch'],
      where: 'served',
      why: 'w',
    },
  ];

  it('is content when what is granted is what was done', async () => {
    const audited = await readAuditedRights(LOG.slice(0, 6), {
      username: PORTAL,
    });
    expect(compareRights(rights, audited)).toEqual({
      unused: [],
      denied: [],
      unlisted: [],
    });
  });

  it('counts what the same program did under other accounts as used, and holds it against nobody', async () => {
    const elsewhere = { user: 'admin', userAgent: 'backstage-arena' };
    const audited = await readAuditedRights(
      [
        event('list', pods),
        event('watch', pods, elsewhere),
        event('patch', status, elsewhere),
        event('create', { resource: 'configmaps' }, elsewhere),
      ],
      { username: PORTAL, userAgent: 'backstage-arena' },
    );
    expect(compareRights(rights, audited)).toEqual({
      unused: [],
      denied: [],
      unlisted: [],
    });
  });

  it('tells what is granted for nothing, what is missing, and what came from elsewhere', async () => {
    const [podRights] = rights;
    const audited = await readAuditedRights(LOG, { username: PORTAL });
    const granted: Right[] = [{ ...podRights, verbs: ['list', 'create'] }];
    expect(compareRights(granted, audited)).toEqual({
      unused: ['create pods'],
      denied: ['delete pods'],
      unlisted: ['patch arenajobs.omnia.altairalabs.ai/status', 'watch pods'],
    });
  });
});
