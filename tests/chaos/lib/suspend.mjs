import { NAMESPACE } from '../../lib/PortalUnderTest.mjs';

/** Stops a schedule; says yes, for those who insist. */
export async function suspend(system, name) {
  const at = `${NAMESPACE}/arenajobs/${name}`;
  const { apiVersion, kind, metadata, spec } = await system.portal.get(at);
  await system.portal.send('PUT', at, {
    apiVersion,
    kind,
    metadata,
    spec: { ...spec, schedule: { ...spec.schedule, suspend: true } },
  });
  return true;
}
