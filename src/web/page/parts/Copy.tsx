/** A button that copies a text; page.js listens for it. */
export function Copy({ text, label = "Copy" }: { readonly text: string; readonly label?: string }) {
  return (
    <button type="button" class="copy js-only" data-copy={text}>
      {label}
    </button>
  );
}

/** A command or a query, whole, with a button to copy it. */
export function Code({ text }: { readonly text: string }) {
  return (
    <div class="code">
      <pre tabIndex={0}>{text}</pre>
      <Copy text={text} />
    </div>
  );
}
