// What both text views share: a shadow root for CodeMirror and its look.
//
// CodeMirror writes its style sheets into the document as <style> elements, which our content security policy forbids. Inside a shadow root it uses
// constructed style sheets, which the policy allows; the colours come in as custom properties.
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags as t } from '@lezer/highlight';

/** An element for a text view, and the root that the view is made in. */
export function shadowHost(className: string): { host: HTMLElement; root: ShadowRoot; parent: HTMLElement } {
  const host = document.createElement('div');
  host.className = className;
  const root = host.attachShadow({ mode: 'open', delegatesFocus: true });
  const parent = document.createElement('div');
  parent.style.height = '100%';
  root.append(parent);
  return { host, root, parent };
}

const highlight = HighlightStyle.define([
  { tag: [t.propertyName, t.definition(t.propertyName)], color: 'var(--code-key)' },
  { tag: [t.string, t.special(t.string)], color: 'var(--code-string)' },
  { tag: [t.number, t.bool, t.null, t.atom, t.literal], color: 'var(--code-literal)' },
  { tag: [t.keyword, t.modifier, t.operatorKeyword, t.controlKeyword, t.definitionKeyword, t.moduleKeyword], color: 'var(--code-keyword)' },
  { tag: [t.typeName, t.className, t.labelName, t.tagName], color: 'var(--code-type)' },
  { tag: [t.function(t.variableName), t.function(t.propertyName)], color: 'var(--code-call)' },
  { tag: [t.comment, t.lineComment, t.blockComment], color: 'var(--code-comment)', fontStyle: 'italic' },
  { tag: [t.punctuation, t.separator, t.bracket, t.operator, t.meta], color: 'var(--code-punctuation)' },
]);

const theme = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', backgroundColor: 'transparent', fontSize: 'var(--code-size)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6', overflow: 'auto' },
  '.cm-content': { padding: '12px 0 40vh', caretColor: 'var(--accent)' },
  '.cm-line': { padding: '0 24px 0 10px' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--ink-faint)', border: 'none', paddingLeft: '6px' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '34px', padding: '0 6px 0 4px', fontVariantNumeric: 'tabular-nums' },
  '.cm-activeLine': { backgroundColor: 'var(--line-active)' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--ink)' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { background: 'var(--selection)' },
  '.cm-selectionMatch': { backgroundColor: 'var(--match)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--match)', outline: '1px solid var(--line-strong)' },
  '.cm-foldPlaceholder': { background: 'var(--surface-3)', border: 'none', color: 'var(--ink-soft)', padding: '0 6px', margin: '0 4px', borderRadius: '4px' },
  '.cm-foldGutter .cm-gutterElement': { color: 'var(--ink-faint)', cursor: 'pointer', padding: '0 2px' },
  '.cm-panels': { backgroundColor: 'var(--surface-2)', color: 'var(--ink)', borderColor: 'var(--line)' },
  '.cm-panels.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panel.cm-search': { padding: '8px 12px', fontFamily: 'var(--sans)', fontSize: '13px' },
  '.cm-panel.cm-search label': { fontSize: '12px', color: 'var(--ink-soft)' },
  '.cm-textfield': { background: 'var(--surface)', border: '1px solid var(--line-strong)', borderRadius: '5px', color: 'var(--ink)', padding: '3px 8px', fontSize: '13px' },
  '.cm-button': { background: 'var(--surface)', backgroundImage: 'none', border: '1px solid var(--line-strong)', borderRadius: '5px', color: 'var(--ink)', padding: '3px 10px', fontSize: '12px' },
  '.cm-searchMatch': { backgroundColor: 'var(--match)' },
  '.cm-searchMatch.cm-searchMatch-selected': { backgroundColor: 'var(--selection)' },
  '.cm-tooltip': { background: 'var(--surface)', color: 'var(--ink)', border: '1px solid var(--line-strong)', borderRadius: '8px', boxShadow: 'var(--shadow-pop)', fontFamily: 'var(--sans)', fontSize: '13px' },
  '.cm-tooltip.cm-tooltip-autocomplete': { padding: '4px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', fontSize: '12.5px', maxHeight: '17em', minWidth: '260px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px', borderRadius: '5px', display: 'flex', alignItems: 'baseline', gap: '8px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--accent-soft)', color: 'var(--ink)' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '650', color: 'var(--accent-ink)' },
  '.cm-completionDetail': { marginLeft: 'auto', fontStyle: 'normal', fontFamily: 'var(--sans)', fontSize: '11.5px', color: 'var(--ink-soft)' },
  '.cm-completionIcon': { width: '14px', opacity: '1', color: 'var(--ink-faint)', paddingRight: '2px' },
  // A colour for each kind; the names of kinds are CodeMirror's.
  ...Object.fromEntries(
    Object.entries({ property: 'key', constant: 'literal', class: 'type', variable: 'string', function: 'call', text: 'comment' }).map(([kind, colour]) => [
      `.cm-completionIcon-${kind}:after`,
      { content: '""', display: 'inline-block', width: '7px', height: '7px', borderRadius: '2px', backgroundColor: `var(--code-${colour})` },
    ]),
  ),
  '.cm-completionInfo': { padding: '10px 12px', maxWidth: '360px', lineHeight: '1.5' },
  '.cm-tooltip-hover': { maxWidth: '440px' },
  '.docs': { padding: '10px 12px', lineHeight: '1.5', maxHeight: '320px', overflow: 'auto' },
  '.cm-completionInfo .docs': { padding: '0' },
  '.docs p': { margin: '0 0 8px' },
  '.docs > :last-child': { marginBottom: '0' },
  '.docs ul': { margin: '0 0 8px', paddingLeft: '18px' },
  '.docs code': { fontFamily: 'var(--mono)', fontSize: '12px', background: 'var(--surface-3)', borderRadius: '3px', padding: '1px 4px' },
  '.docs pre': { fontFamily: 'var(--mono)', fontSize: '12px', background: 'var(--surface-2)', borderRadius: '5px', padding: '8px 10px', margin: '0 0 8px', overflow: 'auto' },
  '.docs pre code': { background: 'none', padding: '0' },
  '.docs a': { color: 'var(--accent-ink)' },
  '.cm-diagnostic': { padding: '8px 12px', borderLeft: '3px solid var(--ink-faint)', marginLeft: '0', lineHeight: '1.5' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--error)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--warning)' },
  '.cm-diagnosticAction': { background: 'var(--accent)', color: 'var(--on-accent)', borderRadius: '5px', padding: '3px 9px', margin: '6px 6px 0 0', fontSize: '12px', cursor: 'pointer' },
  '.cm-diagnosticSource': { color: 'var(--ink-soft)', fontSize: '11.5px' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--error)', textUnderlineOffset: '4px', textDecorationSkipInk: 'none' },
  '.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: 'underline wavy var(--warning)', textUnderlineOffset: '4px', textDecorationSkipInk: 'none' },
  '.cm-lint-marker': { width: '8px', height: '8px', padding: '0', margin: '6px 2px', borderRadius: '50%', content: '""' },
  '.cm-lint-marker-error': { content: '""', backgroundColor: 'var(--error)' },
  '.cm-lint-marker-warning': { content: '""', backgroundColor: 'var(--warning)' },
  '.cm-gutter-lint': { width: '14px' },
  '.tok-key': { color: 'var(--code-key)' },
  '.tok-string': { color: 'var(--code-string)' },
  '.tok-literal': { color: 'var(--code-literal)' },
  '.tok-call': { color: 'var(--code-call)' },
  '.cm-linked': { backgroundColor: 'var(--linked)' },
  '.cm-added': { backgroundColor: 'var(--added)', boxShadow: 'inset 3px 0 var(--added-bar)' },
  '.cm-removed-above': { boxShadow: 'inset 0 2px var(--removed-bar)' },
});

export const look: Extension = [theme, syntaxHighlighting(highlight)];
