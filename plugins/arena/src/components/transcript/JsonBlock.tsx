import styles from './Transcript.module.css';

/** JSON for people. Texts that are JSON are laid out, others stay as they are. */
export function JsonBlock(props: { value: unknown; label?: string }) {
  return (
    <pre
      className={styles.code}
      role="group"
      aria-label={props.label ?? 'JSON'}
    >
      {pretty(props.value)}
    </pre>
  );
}

function pretty(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value, null, 2);
  const text = value.trim();
  if (!/^[[{]/.test(text)) return value;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return value;
  }
}
