import {
  ArenaJobResultsContent,
  ArenaJobRunsContent,
  ArenaJobScheduleContent,
  ArenaJobYamlContent,
} from '../components/entity/ArenaJobParts';
import { ArenaJobEntityCard } from '../components/entity/ArenaJobEntityCard';
import { ArenaJobPodsContent } from '../components/entity/ArenaJobPodsContent';
import { EntityArenaCard } from '../components/entity/EntityArenaCard';
import { EntityArenaContent } from '../components/entity/EntityArenaContent';
import { EntityFlakyCellsCard } from '../components/entity/EntityFlakyCellsCard';
import { EntityLoadTestCard } from '../components/entity/EntityLoadTestCard';
import { EntityNextRunCard } from '../components/entity/EntityNextRunCard';
import { LegacyCard } from './LegacyCard';
import { LegacyShell } from './LegacyShell';

/** @see EntityArenaCard */
export function LegacyEntityArenaCard() {
  return (
    <LegacyCard>
      <EntityArenaCard />
    </LegacyCard>
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
    <LegacyCard>
      <ArenaJobEntityCard />
    </LegacyCard>
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

/** @see EntityLoadTestCard */
export function LegacyEntityArenaLoadTestCard() {
  return (
    <LegacyCard>
      <EntityLoadTestCard />
    </LegacyCard>
  );
}

/** @see EntityNextRunCard */
export function LegacyEntityArenaNextRunCard() {
  return (
    <LegacyCard>
      <EntityNextRunCard />
    </LegacyCard>
  );
}

/** @see EntityFlakyCellsCard */
export function LegacyEntityArenaFlakyCellsCard() {
  return (
    <LegacyCard>
      <EntityFlakyCellsCard />
    </LegacyCard>
  );
}

/** @see ArenaJobResultsContent */
export function LegacyEntityArenaResultsContent() {
  return (
    <LegacyShell>
      <ArenaJobResultsContent />
    </LegacyShell>
  );
}

/** @see ArenaJobRunsContent */
export function LegacyEntityArenaRunsContent() {
  return (
    <LegacyShell>
      <ArenaJobRunsContent />
    </LegacyShell>
  );
}

/** @see ArenaJobScheduleContent */
export function LegacyEntityArenaScheduleContent() {
  return (
    <LegacyShell>
      <ArenaJobScheduleContent />
    </LegacyShell>
  );
}

/** @see ArenaJobYamlContent */
export function LegacyEntityArenaYamlContent() {
  return (
    <LegacyShell>
      <ArenaJobYamlContent />
    </LegacyShell>
  );
}
