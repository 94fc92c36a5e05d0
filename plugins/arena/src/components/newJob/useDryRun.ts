import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { arenaApiRef } from '../../api';
import { useDebouncedValue } from '../../hooks/useDebouncedValue';
import { causesOf } from '../../lib/errors';
import { ParsedJob } from '../../lib/jobDocument';
import { problemsOf, YamlProblem } from '../../lib/locateField';

const TYPING_MS = 600;

/** What the server thinks of a text. */
export interface DryRun {
  /** `unknown`: not asked yet, or the text has changed since. */
  state: 'unknown' | 'checking' | 'valid' | 'invalid';
  /** Faults with their places, of the YAML or of the object. */
  problems: YamlProblem[];
  /** A refusal that names no field, such as a missing permission. */
  error: Error | undefined;
  check(): void;
  /** Shows a refusal that came from creating the object. */
  refuse(error: unknown): void;
}

interface Verdict {
  text: string;
  error?: Error;
}

/** Asks the server about the text whenever it stands still, without creating anything. */
export function useDryRun(options: {
  cluster: string;
  text: string;
  parsed: ParsedJob;
  enabled: boolean;
}): DryRun {
  const { cluster, text, parsed, enabled } = options;
  const api = useApi(arenaApiRef);
  const [verdict, setVerdict] = useState<Verdict>();
  const [checking, setChecking] = useState(false);
  const pending = useRef<AbortController>();
  const settled = useDebouncedValue(text, TYPING_MS);
  const hasSyntaxErrors = parsed.problems.length > 0;

  const ask = useCallback(
    async (asked: string) => {
      pending.current?.abort();
      const controller = new AbortController();
      pending.current = controller;
      setChecking(true);
      let error: Error | undefined;
      try {
        await api.create(cluster, asked, {
          dryRun: true,
          signal: controller.signal,
        });
      } catch (e) {
        error = toError(e);
      }
      if (!controller.signal.aborted) {
        setVerdict({ text: asked, error });
        setChecking(false);
      }
    },
    [api, cluster],
  );

  useEffect(() => {
    if (enabled && settled === text && !hasSyntaxErrors) ask(settled);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- asks about texts that stand still only
  }, [settled, enabled, ask]);
  useEffect(() => () => pending.current?.abort(), []);

  const isCurrent = verdict?.text === text;
  const problems = useMemo(() => {
    if (parsed.problems.length > 0) return parsed.problems;
    // Old faults stay while someone types: their lines still say where to look.
    return problemsOf(parsed.document, causesOf(verdict?.error));
  }, [parsed, verdict]);
  const error =
    isCurrent && verdict?.error && causesOf(verdict.error).length === 0
      ? verdict.error
      : undefined;

  let state: DryRun['state'] = 'unknown';
  if (hasSyntaxErrors) state = 'invalid';
  else if (checking) state = 'checking';
  else if (isCurrent) state = verdict?.error ? 'invalid' : 'valid';

  return {
    state,
    problems,
    error,
    check: () => {
      if (!hasSyntaxErrors) ask(text);
    },
    refuse: e => setVerdict({ text, error: toError(e) }),
  };
}
