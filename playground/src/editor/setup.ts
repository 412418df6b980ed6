import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, indentOnInput } from '@codemirror/language';
import { EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { language } from './language.ts';
import { theme } from './theme.ts';

const shared = (file: string, label: string): Extension => [
  theme,
  lineNumbers(),
  language(file),
  drawSelection(),
  EditorState.tabSize.of(2),
  EditorView.contentAttributes.of({ 'aria-label': label }),
];

/** What the editor of the source can do. `hint` is the id of the text that says how to leave it by keyboard. */
export const writable = (file: string, label: string, hint: string): Extension => [
  shared(file, label),
  EditorView.contentAttributes.of({ 'aria-describedby': hint }),
  history(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
];

/** Text to read and copy: it takes the focus, so that the keyboard can scroll it, and no input. */
export const readable = (file: string, label: string): Extension => [
  shared(file, label),
  EditorState.readOnly.of(true),
  EditorView.editable.of(false),
  EditorView.contentAttributes.of({
    tabindex: '0',
    role: 'textbox',
    'aria-multiline': 'true',
    'aria-readonly': 'true',
  }),
  keymap.of(defaultKeymap),
];
