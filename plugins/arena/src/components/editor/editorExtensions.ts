import { Extension, EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import {
  defaultKeymap,
  history,
  historyKeymap,
  indentWithTab,
} from '@codemirror/commands';
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language';
import { lintGutter, lintKeymap } from '@codemirror/lint';
import { yaml } from '@codemirror/lang-yaml';
import { tags } from '@lezer/highlight';

/** Only tokens of the design system, so that dark and light follow the portal. */
const theme = EditorView.theme({
  '&': {
    color: 'var(--bui-fg-primary)',
    backgroundColor: 'var(--bui-bg-app)',
    fontSize: 'var(--bui-font-size-3)',
    height: '100%',
  },
  '&.cm-focused': { outline: '2px solid var(--bui-ring)' },
  '.cm-scroller': {
    fontFamily: 'var(--bui-font-monospace)',
    lineHeight: '1.55',
  },
  '.cm-content': { caretColor: 'var(--bui-fg-primary)' },
  '.cm-cursor': { borderLeftColor: 'var(--bui-fg-primary)' },
  '.cm-gutters': {
    color: 'color-mix(in srgb, var(--bui-fg-primary) 70%, transparent)',
    backgroundColor: 'var(--bui-bg-app)',
    borderRight: '1px solid var(--bui-border-1)',
  },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor:
      'color-mix(in srgb, var(--bui-fg-primary) 5%, transparent)',
  },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: 'var(--bui-announcement-bg-subdued)' },
  '.cm-tooltip': {
    color: 'var(--bui-fg-primary)',
    backgroundColor: 'var(--bui-bg-neutral-1)',
    border: '1px solid var(--bui-border-2)',
    borderRadius: 'var(--bui-radius-2)',
  },
  '.cm-diagnostic': {
    fontFamily: 'var(--bui-font-regular)',
    fontSize: 'var(--bui-font-size-2)',
    padding: 'var(--bui-space-1) var(--bui-space-2)',
  },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--bui-fg-negative)',
    textUnderlineOffset: '3px',
  },
  '.cm-lintRange-warning, .cm-lintRange-info': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--bui-fg-warning)',
    textUnderlineOffset: '3px',
  },
  '.cm-foldPlaceholder': {
    color: 'color-mix(in srgb, var(--bui-fg-primary) 70%, transparent)',
    backgroundColor: 'var(--bui-bg-neutral-2)',
    border: 'none',
  },
});

const colours = HighlightStyle.define([
  {
    tag: [tags.propertyName, tags.definition(tags.propertyName)],
    color: 'var(--bui-announcement-fg-subdued)',
  },
  {
    tag: [tags.string, tags.special(tags.string)],
    color: 'var(--bui-positive-fg-subdued)',
  },
  {
    tag: [tags.number, tags.bool, tags.null, tags.keyword],
    color: 'var(--bui-warning-fg-subdued)',
  },
  {
    tag: [tags.comment, tags.meta],
    color: 'color-mix(in srgb, var(--bui-fg-primary) 70%, transparent)',
    fontStyle: 'italic',
  },
]);

/** What both the editor and the viewer are made of. */
export function editorExtensions(options: {
  readOnly: boolean;
  label: string;
  /** The text is not YAML, and has no colours. */
  isPlain?: boolean;
}): Extension {
  const { readOnly, label, isPlain } = options;
  const common: Extension = [
    lineNumbers(),
    foldGutter(),
    drawSelection(),
    bracketMatching(),
    isPlain ? [] : yaml(),
    syntaxHighlighting(colours),
    theme,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': label }),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    lintGutter(),
  ];
  if (readOnly) {
    return [
      common,
      EditorState.readOnly.of(true),
      EditorView.contentAttributes.of({ 'aria-readonly': 'true' }),
      keymap.of([...defaultKeymap, ...foldKeymap]),
    ];
  }
  return [
    common,
    history(),
    indentOnInput(),
    keymap.of([
      ...defaultKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...lintKeymap,
      // Escape, then Tab, leaves the editor.
      indentWithTab,
    ]),
  ];
}
