import { useEffect, useState } from 'react';
import { TextField } from '@backstage/ui';

/** A list of patterns on one line, separated by commas. */
export function PatternField(props: {
  label: string;
  description?: string;
  isDisabled: boolean;
  value: string[];
  onChange: (value: string[]) => void;
}) {
  const { label, description, isDisabled, value, onChange } = props;
  const joined = value.join(', ');
  const [text, setText] = useState(joined);
  // While typing, `a,` must not lose its comma because it means the same as `a`.
  useEffect(() => {
    setText(current =>
      patternsOf(current).join(', ') === joined ? current : joined,
    );
  }, [joined]);
  return (
    <TextField
      label={label}
      description={description}
      isDisabled={isDisabled}
      value={text}
      onChange={next => {
        setText(next);
        onChange(patternsOf(next));
      }}
    />
  );
}

/** Commas within braces belong to the pattern. */
function patternsOf(text: string): string[] {
  const patterns = text.match(/(?:\{[^}]*\}|[^,{])+|\{/g) ?? [];
  return patterns.map(pattern => pattern.trim()).filter(Boolean);
}
