import { useEffect, useState } from 'react';
import { SearchField } from '@backstage/ui';
import { useDebouncedValue } from '../../hooks/useDebouncedValue';

/** Typing must not ask the server at every letter. */
export function SearchBox(props: {
  label: string;
  className: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const { label, className, value, onChange } = props;
  const [text, setText] = useState(value);
  const settled = useDebouncedValue(text, 250);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (settled !== value) onChange(settled);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only typing counts, not a change from elsewhere
  }, [settled]);
  return (
    <SearchField
      aria-label={label}
      placeholder={label}
      className={className}
      size="small"
      value={text}
      onChange={setText}
    />
  );
}
