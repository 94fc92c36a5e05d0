import { ArenaJobEntityCard } from '../components/entity/ArenaJobEntityCard';
import { ArenaJobPodsContent } from '../components/entity/ArenaJobPodsContent';
import { EntityArenaCard } from '../components/entity/EntityArenaCard';
import { EntityArenaContent } from '../components/entity/EntityArenaContent';
import { LegacyShell } from './LegacyShell';

/** @see EntityArenaCard */
export function LegacyEntityArenaCard() {
  return (
    <LegacyShell>
      <EntityArenaCard />
    </LegacyShell>
  );
}

/** @see EntityArenaContent */
export function LegacyEntityArenaContent() {
  return (
    <LegacyShell>
      <EntityArenaContent />
    </LegacyShell>
  );
}

/** @see ArenaJobEntityCard */
export function LegacyEntityArenaJobCard() {
  return (
    <LegacyShell>
      <ArenaJobEntityCard />
    </LegacyShell>
  );
}

/** @see ArenaJobPodsContent */
export function LegacyEntityArenaPodsContent() {
  return (
    <LegacyShell>
      <ArenaJobPodsContent />
    </LegacyShell>
  );
}
