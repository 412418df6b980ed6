import type { Billable } from '@panoptic/codegen';
import type { JSX } from 'preact';

interface BillablesProps {
  billables: readonly Billable[];
  onSelect: (billable: Billable) => void;
}

/** The functions that will be billed; one click goes to the function. */
export function Billables({ billables, onSelect }: BillablesProps): JSX.Element {
  if (billables.length === 0) return <p class="list-empty">None yet.</p>;
  return (
    <table class="billables">
      <thead>
        <tr>
          <th scope="col">Function</th>
          <th scope="col">Provider</th>
          <th scope="col">Category</th>
          <th scope="col" class="number">
            Line
          </th>
        </tr>
      </thead>
      <tbody>
        {billables.map((billable) => (
          <tr key={billable.id}>
            <td>
              <button type="button" class="link" onClick={() => onSelect(billable)}>
                {billable.name}
              </button>
              {billable.async && <span class="badge">async</span>}
            </td>
            <td>
              {billable.provider}
              {billable.service !== undefined && <span class="service"> {billable.service}</span>}
            </td>
            <td>{billable.category}</td>
            <td class="number">{billable.line}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
