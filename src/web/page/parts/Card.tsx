import type { ComponentChildren } from "preact";

interface CardProps {
  readonly id: string;
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly tools?: ComponentChildren;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

/** A panel with its heading. */
export function Card({ id, title, note, tools, wide = false, children }: CardProps) {
  return (
    <section id={id} class={wide ? "card wide" : "card"} aria-labelledby={`${id}-title`}>
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        {note !== undefined && <p class="note">{note}</p>}
        {tools !== undefined && <div class="tools">{tools}</div>}
      </header>
      {children}
    </section>
  );
}
