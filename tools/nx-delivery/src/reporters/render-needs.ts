import type { ServiceNeed } from '@ehr/delivery-core';
import { renderTable } from './render-table.ts';

/** Which services need a deploy, a line each. */
export function renderNeeds(needs: readonly ServiceNeed[]): string {
  const answer = ({ needed }: ServiceNeed) => (needed === null ? 'not known' : needed ? 'yes' : 'no');
  return renderTable(
    ['service', 'runs', 'would be', 'deploy', 'why'],
    needs.map((need) => [need.service, need.runs, need.wouldBe, answer(need), need.message]),
  );
}
