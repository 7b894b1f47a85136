/** Widths of a value and its three numbers, the same in all tables. */
export function Columns() {
  return (
    <colgroup>
      <col />
      <col class="number" />
      <col class="number" />
      <col class="last" />
    </colgroup>
  );
}
