import { MyArena } from '../components/home/MyArena';
import { LegacyShell } from './LegacyShell';

/** @see MyArena */
export function Content() {
  return (
    <LegacyShell>
      <MyArena />
    </LegacyShell>
  );
}
