import { useEffect, useRef } from 'react';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { setDiagnostics } from '@codemirror/lint';
import { YamlProblem } from '../../lib/locateField';
import { editorExtensions } from './editorExtensions';
import styles from './YamlEditor.module.css';

/** A YAML text, to read or to edit, with problems at their lines. */
export function YamlEditor(props: {
  value: string;
  label: string;
  onChange?: (value: string) => void;
  problems?: readonly YamlProblem[];
  /** The text is of another kind. */
  isPlain?: boolean;
  /** What to show first; counts from 1. */
  line?: number;
}) {
  const { value, label, onChange, problems, isPlain, line } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>();
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });
  const initial = useRef(value);
  const readOnly = onChange === undefined;

  useEffect(() => {
    if (!host.current) return undefined;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: initial.current,
        extensions: [
          editorExtensions({ readOnly, label, isPlain }),
          EditorView.updateListener.of(update => {
            if (update.docChanged) {
              latest.current?.(update.state.doc.toString());
            }
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      initial.current = editor.state.doc.toString();
      editor.destroy();
    };
  }, [readOnly, label, isPlain]);

  useEffect(() => {
    const editor = view.current;
    const current = editor?.state.doc.toString();
    if (editor && current !== value) {
      editor.dispatch({ changes: changeBetween(current ?? '', value) });
    }
  }, [value]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || line === undefined) return;
    const { lines } = editor.state.doc;
    const { from } = editor.state.doc.line(Math.min(Math.max(line, 1), lines));
    editor.dispatch({
      selection: { anchor: from },
      effects: EditorView.scrollIntoView(from, { y: 'center' }),
    });
  }, [line, value]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const end = editor.state.doc.length;
    editor.dispatch(
      setDiagnostics(
        editor.state,
        (problems ?? []).map(problem => ({
          from: Math.min(problem.from, end),
          to: Math.min(Math.max(problem.to, problem.from), end),
          severity: problem.severity ?? 'error',
          message: problem.message,
        })),
      ),
    );
  }, [problems]);

  return <div ref={host} className={styles.editor} data-readonly={readOnly} />;
}

/** The smallest replacement, so that cursor, selection and history survive an edit from outside. */
function changeBetween(before: string, after: string) {
  let from = 0;
  const shorter = Math.min(before.length, after.length);
  while (from < shorter && before[from] === after[from]) from++;
  let tail = 0;
  while (
    tail < shorter - from &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  ) {
    tail++;
  }
  return {
    from,
    to: before.length - tail,
    insert: after.slice(from, after.length - tail),
  };
}
