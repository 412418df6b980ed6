import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Example, groupsOf } from '../examples/examples.ts';

interface ExamplePickerProps {
  examples: readonly Example[];
  current: Example;
  onPick: (example: Example) => void;
}

const optionId = (example: Example | undefined): string | undefined => example && `example-${example.id}`;

/** A button with a searchable list: a combobox as WAI-ARIA describes it, the focus staying in its field. */
export function ExamplePicker({ examples, current, onPick }: ExamplePickerProps): JSX.Element {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(current);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const groups = groupsOf(examples, typed);
  const found = groups.flatMap((group) => group.examples);
  const chosen = found.includes(active) ? active : found[0];

  useEffect(() => {
    if (open) document.getElementById(optionId(chosen) ?? '')?.scrollIntoView({ block: 'nearest' });
  }, [open, chosen]);

  useEffect(() => {
    if (!open) return;
    const onPointer = (event: PointerEvent) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', onPointer);
    return () => document.removeEventListener('pointerdown', onPointer);
  }, [open]);

  function show(): void {
    setTyped('');
    setActive(current);
    setOpen(!open);
  }

  function close(): void {
    setOpen(false);
    button.current?.focus();
  }

  function pick(example: Example | undefined): void {
    if (!example) return;
    close();
    onPick(example);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const last = found.length - 1;
    const at = chosen ? found.indexOf(chosen) : 0;
    const moves: Record<string, number> = { ArrowDown: at < last ? at + 1 : 0, ArrowUp: at > 0 ? at - 1 : last };
    const move = moves[event.key];
    if (move !== undefined) setActive(found[move] ?? active);
    else if (event.key === 'Enter') pick(chosen);
    else if (event.key === 'Escape') close();
    else if (event.key === 'Tab') setOpen(false);
    else return;
    if (event.key !== 'Tab') event.preventDefault();
  }

  return (
    <div class="picker" ref={root}>
      <button
        type="button"
        class="button picker-button"
        ref={button}
        aria-haspopup="listbox"
        aria-expanded={open}
        onClick={show}
      >
        <span class="picker-label">Example</span>
        <span class="picker-current">{current.title}</span>
        <span class="chevron" aria-hidden="true" />
      </button>
      {open && (
        <div class="picker-panel">
          <input
            class="picker-field"
            type="text"
            role="combobox"
            aria-label="Find an example"
            aria-controls="example-list"
            aria-expanded="true"
            aria-autocomplete="list"
            aria-activedescendant={optionId(chosen)}
            placeholder={`Find one of ${examples.length}`}
            spellcheck={false}
            value={typed}
            ref={(field) => field?.focus({ preventScroll: true })}
            onInput={(event) => setTyped(event.currentTarget.value)}
            onKeyDown={onKeyDown}
          />
          <div class="picker-list" id="example-list" role="listbox" aria-label="Examples">
            {groups.map(({ group, examples: members }) => (
              // biome-ignore lint/a11y/useSemanticElements: a fieldset is no group of options.
              <div key={group} role="group" aria-label={group}>
                <div class="picker-group" aria-hidden="true">
                  {group}
                </div>
                {members.map((example) => (
                  // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the field has the focus and the keys.
                  <div
                    key={example.id}
                    id={optionId(example)}
                    class="picker-option"
                    role="option"
                    aria-selected={example === chosen}
                    onPointerMove={() => setActive(example)}
                    onClick={() => pick(example)}
                  >
                    {example.title}
                    {example === current && <span class="picker-open">open</span>}
                  </div>
                ))}
              </div>
            ))}
            {found.length === 0 && <p class="picker-none">No example is called that.</p>}
          </div>
        </div>
      )}
    </div>
  );
}
